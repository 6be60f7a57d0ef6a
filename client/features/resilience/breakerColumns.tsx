import { StateStrip } from '#client/charts/strip/StateStrip.tsx';
import { formatPercent } from '#client/lib/formatNumber.ts';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { Age } from '#client/ui/values/Age.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { breakerSourceWords, type CallShares } from '#shared/services/serviceInstance.ts';
import { BreakerSign } from './BreakerSign.tsx';
import { describeStrip } from './describeStrip.ts';
import { type BreakerSort, fillRatio } from './prepareBreakers.ts';
import { reasonWords } from './reasonWords.ts';
import {
  type Breaker,
  type BreakerRow,
  type Instance,
  type ShownState,
  stateWords,
} from './resilienceModel.ts';
import { wayWords } from './wayWords.ts';

type BreakerColumn = TableColumn<BreakerRow> & { readonly id: BreakerSort | 'strip' };

const NOT_TOLD = 'The metrics of its library do not tell it.';

/** Widths of what shares the room of the page: the names, and all strips. */
export interface BreakerWidths {
  readonly namePx: number;
  readonly stripPx: number;
}

export function breakerColumns(widths: BreakerWidths, isPhone: boolean): readonly BreakerColumn[] {
  const [name, state, strip] = stripColumns(widths, isPhone);
  return [name, state, strip, ...figureColumns];
}

function stripColumns(
  { namePx, stripPx }: BreakerWidths,
  isPhone: boolean,
): [BreakerColumn, BreakerColumn, BreakerColumn] {
  return [
    {
      id: 'name',
      header: 'Instance',
      widthPx: namePx,
      firstDirection: 'ascending',
      cell: (row) => <Name row={row} />,
    },
    {
      id: 'state',
      header: 'State',
      help: 'Worst first: open, half-open, silent, not known, closed.',
      widthPx: isPhone ? 112 : 136,
      firstDirection: 'ascending',
      cell: ({ state, breaker, instance }) => (
        <BreakerSign state={state} title={stateTitle(state, breaker, instance)} />
      ),
    },
    {
      id: 'strip',
      header: 'Over the span',
      help: 'Closed is a thin line, half-open hatched, open a thick block; forced open is hollow. A gap was not read.',
      widthPx: stripPx + 20,
      cell: (row) => <StateStrip cells={row.cells} widthPx={stripPx} label={describeStrip(row)} />,
    },
  ];
}

const figureColumns: readonly BreakerColumn[] = [
  {
    id: 'since',
    header: 'Since',
    help: 'Since when it keeps calls back, or is silent; else since when it is closed.',
    widthPx: 84,
    align: 'end',
    firstDirection: 'ascending',
    cell: ({ sinceMs }) =>
      sinceMs === null ? (
        <UnknownDash reason="It was so before it was first read." />
      ) : (
        <Instant atMs={sinceMs} to="second" />
      ),
  },
  {
    id: 'failed',
    header: 'Failed',
    help: 'Share of failed calls in its window, and from which share on it opens. While it is open: of the calls that opened it.',
    widthPx: 122,
    align: 'end',
    firstDirection: 'descending',
    cell: ({ breaker }) => <Share breaker={breaker} which="failureRatio" />,
  },
  {
    id: 'slow',
    header: 'Slow',
    help: 'Share of slow calls in its window, and from which share on it opens.',
    widthPx: 122,
    align: 'end',
    firstDirection: 'descending',
    cell: ({ breaker }) => <Share breaker={breaker} which="slowCallRatio" />,
  },
  {
    id: 'fallback',
    header: 'Fallback',
    help: 'What memory holds in place of Redis, of its bound; by entries or bytes, whichever is fuller.',
    widthPx: 84,
    align: 'end',
    firstDirection: 'descending',
    cell: ({ instance: { figures } }) => {
      if (figures === null) return <UnknownDash reason={NOT_TOLD} />;
      const ratio = fillRatio(figures.fallback);
      if (figures.fallback === null) return <span className="text-faint">off</span>;
      return ratio === null ? <UnknownDash reason={NOT_TOLD} /> : formatPercent(ratio);
    },
  },
  {
    id: 'read',
    header: 'Read',
    help: 'The way on which its newest reading came, and how old that is.',
    widthPx: 156,
    align: 'end',
    firstDirection: 'ascending',
    cell: ({ instance: { way, address, readAtMs, silentSinceMs } }) => (
      <span
        title={address ?? 'snapshot in Redis'}
        className={silentSinceMs === null ? 'text-dim' : 'text-amber'}
      >
        {wayWords[way]} · <Age atMs={readAtMs} />
      </span>
    ),
  },
];

function stateTitle(state: ShownState, breaker: Breaker | null, instance: Instance): string {
  if (state === 'silent') return instance.whySilent;
  if (breaker === null) return 'It tells of no breaker.';
  if (breaker.whyUnknown !== '') return breaker.whyUnknown;
  const reason = breaker.transitions.find(({ to }) => to === state)?.reason;
  return reason === undefined || reason === null
    ? stateWords[state]
    : `${stateWords[state]}: ${reasonWords.get(reason) ?? reason}`;
}

function Name({ row: { name, breakerName, breaker, instance } }: { row: BreakerRow }) {
  const source = breaker === null || breaker.source === 'library' ? '' : breakerSourceWords[breaker.source];
  const more = [breakerName, source].filter((part) => part !== '').join(', ');
  return (
    <span
      title={[instance.service, name, instance.version, more].filter(Boolean).join(' · ')}
      className="flex min-w-0 items-baseline gap-1.5"
    >
      <MiddleText text={name} isAddress />
      {more !== '' && <span className="min-w-0 shrink-[2] truncate text-sm text-dim">{more}</span>}
    </span>
  );
}

interface ShareProps {
  breaker: Breaker | null;
  which: keyof CallShares;
}

function Share({ breaker, which }: ShareProps) {
  const ratio = breaker?.[which] ?? null;
  const openedBy = breaker?.openedBy?.[which] ?? null;
  const threshold = breaker?.thresholds?.[which] ?? null;
  if (ratio === null && openedBy !== null)
    return (
      <span title="Of the calls that opened it; there was none since." className="text-dim">
        {formatPercent(openedBy)} then
      </span>
    );
  if (ratio === null) {
    const isIdle = breaker?.source === 'library';
    return <UnknownDash reason={isIdle ? 'There was no call in its window.' : NOT_TOLD} />;
  }
  return (
    <span className={threshold !== null && ratio >= threshold ? 'text-verm' : undefined}>
      {formatPercent(ratio)}
      {threshold !== null && <span className="text-dim"> / {formatPercent(threshold)}</span>}
    </span>
  );
}

import { formatCompact, formatCount } from '#client/lib/formatNumber.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { Age } from '#client/ui/values/Age.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { InvalidationRow } from '../invalidationModel.ts';
import { type Hearing, hearingOf, type MatrixSort } from './prepareMatrix.ts';

type MatrixColumn = TableColumn<InvalidationRow> & {
  readonly id: MatrixSort | 'expected' | 'applied' | 'replayed' | 'lost' | 'read';
};

const OLD_RELEASE = 'Its release does not count it.';
const ONE_READING = 'It was read once since it began.';

const hearingWords: Readonly<Record<Hearing, { readonly text: string; readonly title: string }>> = {
  deaf: {
    text: 'hears nothing',
    title: 'Others sent, and it received nothing, though it takes itself to be subscribed.',
  },
  lost: { text: 'lost', title: 'Its subscription is gone: its L1 is off.' },
  silent: { text: 'silent', title: 'Nothing is heard of it: all is as it was read last.' },
  unknown: { text: 'not known', title: ONE_READING },
  live: { text: 'live', title: 'It hears the invalidations of the others.' },
  none: { text: 'needs none', title: 'It keeps nothing in memory that others could make old.' },
};

export const matrixColumns: readonly MatrixColumn[] = [
  {
    id: 'name',
    header: 'Instance',
    widthPx: 170,
    isGrowing: true,
    firstDirection: 'ascending',
    cell: (row) => <Name row={row} />,
  },
  {
    id: 'hearing',
    header: 'Hears others',
    widthPx: 130,
    firstDirection: 'ascending',
    cell: (row) => <HearingCell hearing={hearingOf(row)} />,
  },
  counted('sent', 'Published', {
    help: 'Messages to the other instances that Redis took.',
    read: ({ sent }) => sent,
  }),
  counted('received', 'Received', {
    help: 'Messages of the other instances and of purges.',
    read: ({ received }) => received,
  }),
  {
    id: 'expected',
    header: 'Sent by others',
    help: 'What the other instances of its service published in their last minute: about what it should have received in its own.',
    widthPx: 118,
    align: 'end',
    cell: ({ expectedCount }) =>
      expectedCount === null ? (
        <UnknownDash reason="It hears none, or no other instance of its service was read twice." />
      ) : (
        <span className="text-dim">+{formatCompact(expectedCount)}</span>
      ),
  },
  counted('missed', 'Missed', {
    help: 'Messages that were sent by their numbers, and never came.',
    read: ({ missed }) => missed,
    isBad: true,
  }),
  counted('duplicate', 'Twice', {
    help: 'Messages that came twice, and events that were applied already.',
    read: ({ duplicate, events }) => (duplicate === null ? null : duplicate + events.duplicate),
  }),
  counted('applied', 'Events applied', {
    help: 'Declared events; each is applied by one instance of each service.',
    read: ({ events }) => events.applied,
    isSortable: false,
  }),
  counted('replayed', 'Replayed', {
    help: 'Of the applied events: another instance, or a try before, had read them and left them undone.',
    read: ({ events }) => events.replayed,
    isSortable: false,
  }),
  counted('lost', 'Events lost', {
    help: 'Events that left the stream before its service could read them.',
    read: ({ events }) => events.lost,
    isBad: true,
    isSortable: false,
  }),
  {
    id: 'retries',
    header: 'Retries',
    help: 'Invalidations that Redis did not confirm, and since when the oldest waits.',
    widthPx: 110,
    align: 'end',
    firstDirection: 'descending',
    cell: ({ retriesWaiting, retriesSinceMs }) =>
      retriesWaiting === null ? (
        <UnknownDash reason="It does not tell." />
      ) : (
        <span className={retriesWaiting > 0 ? 'text-amber' : undefined}>
          {formatCompact(retriesWaiting)}
          {retriesSinceMs !== null && (
            <span className="text-dim">
              {' '}
              · <Age atMs={retriesSinceMs} suffix="" />
            </span>
          )}
        </span>
      ),
  },
  counted('flushes', 'L1 flushes', {
    help: 'Times that the subscription was lost, each of which emptied L1.',
    read: ({ flushes }) => flushes,
  }),
  {
    id: 'read',
    header: 'Read',
    widthPx: 90,
    align: 'end',
    cell: ({ readAtMs, silentSinceMs }) => (
      <span className={silentSinceMs === null ? 'text-dim' : 'text-amber'}>
        <Age atMs={readAtMs} />
      </span>
    ),
  },
];

interface CountedOptions {
  readonly help: string;
  readonly read: (counts: InvalidationRow['total']) => number | null;
  readonly isBad?: boolean;
  readonly isSortable?: boolean;
}

function counted(
  id: MatrixColumn['id'],
  header: string,
  { help, read, isBad = false, isSortable = true }: CountedOptions,
): MatrixColumn {
  return {
    ...{ id, header, help, widthPx: 112, align: 'end' },
    ...(isSortable ? { firstDirection: 'descending' as const } : {}),
    cell: ({ total, recent }) => {
      const count = read(total);
      if (count === null) return <UnknownDash reason={OLD_RELEASE} />;
      const added = recent === null ? null : read(recent);
      return (
        <span title={formatCount(count)} className={isBad && count > 0 ? 'text-verm' : undefined}>
          {formatCompact(count)}{' '}
          {added !== null && added > 0 && (
            <span className={isBad ? 'text-verm' : 'text-dim'}>+{formatCompact(added)}</span>
          )}
        </span>
      );
    },
  };
}

function Name({ row: { instance, address, service, version } }: { row: InvalidationRow }) {
  const name = instance ?? address ?? 'without a name';
  return (
    <span title={[service, name, version].filter(Boolean).join(' · ')} className="flex min-w-0">
      <MiddleText text={name} isAddress />
    </span>
  );
}

function HearingCell({ hearing }: { hearing: Hearing }) {
  const { text, title } = hearingWords[hearing];
  const isBad = hearing === 'deaf' || hearing === 'lost' || hearing === 'silent';
  return (
    <span title={title} className="flex items-center gap-1.5">
      {isBad && <SeveritySign severity={hearing === 'deaf' ? 'critical' : 'warning'} size={12} />}
      <span className={hearing === 'none' ? 'text-faint' : undefined}>{text}</span>
    </span>
  );
}

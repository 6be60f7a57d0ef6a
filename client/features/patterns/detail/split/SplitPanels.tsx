import { colourOf } from '#client/charts/chartModel.ts';
import { formatCount, formatPercent } from '#client/lib/formatNumber.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { UnknownState } from '#client/ui/QueryStates.tsx';
import { SourceTag } from '#client/ui/values/SourceTag.tsx';
import type { PatternDetail } from '../preparePatternDetail.ts';
import { PartsTable } from './PartsTable.tsx';
import { type Funnel, type MissShares, prepareFunnel, prepareMissReasons } from './prepareSplit.ts';

/** Where the look-ups of the last hour ended, why they missed, and who made them. */
export function SplitPanels({ split }: Pick<PatternDetail, 'split'>) {
  const { levels, missReasons, parts } = split;
  return (
    <>
      <div className="grid items-stretch gap-2.5 md:grid-cols-2">
        <Panel title="Levels" note={<SourceTag reading={levels} />}>
          {levels.state === 'known' ? (
            <FunnelBars funnel={levels.value} />
          ) : (
            <UnknownState reading={levels} />
          )}
        </Panel>
        <Panel title="Why it missed" note={<SourceTag reading={missReasons} />}>
          {missReasons.state === 'known' ? (
            <MissBands shares={missReasons.value} />
          ) : (
            <UnknownState reading={missReasons} />
          )}
        </Panel>
      </div>
      <Panel title="By service, version and instance" note={<SourceTag reading={parts} />}>
        {parts.state === 'known' ? <PartsTable parts={parts.value} /> : <UnknownState reading={parts} />}
      </Panel>
    </>
  );
}

function FunnelBars({ funnel }: { funnel: Funnel }) {
  const steps = prepareFunnel(funnel);
  if (steps.length === 0) return <EmptyState title="Nothing was looked up in the last hour" />;
  return (
    <ol className="flex flex-col gap-2 px-3 pb-3">
      {steps.map(({ label, reachedRatio, answeredRatio, text, interval }) => (
        <li key={label} title={interval}>
          <span className="flex flex-wrap items-baseline gap-x-2">
            {label} <span className="ml-auto text-sm text-dim">{text}</span>
          </span>
          <span aria-hidden className="relative block h-3 rounded-sm bg-soft">
            <span
              className="absolute inset-y-0 left-0 rounded-sm border border-blue bg-blue/20"
              style={{ width: percent(reachedRatio) }}
            />
            <span
              className="absolute inset-y-0 left-0 rounded-sm bg-blue"
              style={{ width: percent(answeredRatio) }}
            />
          </span>
        </li>
      ))}
      <li className="text-xs text-faint">Filled: answered there. Outlined: passed on to the next.</li>
    </ol>
  );
}

function MissBands({ shares }: { shares: MissShares }) {
  const bands = prepareMissReasons(shares);
  if (bands.length === 0) return <EmptyState title="Nothing missed in the last hour" />;
  return (
    <div className="px-3 pb-3">
      <div aria-hidden className="flex h-4 gap-px overflow-hidden rounded-sm">
        {bands.map(({ label, ratio, colour }) => (
          <span
            key={label}
            title={label}
            className="min-w-0.5"
            style={{ flexGrow: ratio, flexBasis: 0, background: colourOf(colour) }}
          />
        ))}
      </div>
      <ul className="pt-2">
        {bands.map(({ label, count, ratio, colour }) => (
          <li key={label} className="flex items-baseline gap-2">
            <span
              aria-hidden
              className="size-2.5 shrink-0 rounded-xs"
              style={{ background: colourOf(colour) }}
            />
            <span className="min-w-0">{label}</span>
            <span className="ml-auto text-sm whitespace-nowrap text-dim">
              {formatPercent(ratio)}, {formatCount(count)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function percent(ratio: number): string {
  return ratio > 0 ? `max(2px, ${(ratio * 100).toFixed(2)}%)` : '0';
}

import { Panel } from '#client/ui/Panel.tsx';
import { SourceTag } from '#client/ui/values/SourceTag.tsx';
import type { ProbeComparison } from '#shared/probe/compareProbe.ts';
import type { PatternProbe } from '#shared/probe/probeResult.ts';
import type { Known, Reading } from '#shared/reading.ts';
import { prepareBeside } from './prepareBeside.ts';

interface ProbeBesidePanelProps {
  probe: Known<PatternProbe>;
  beside: Reading<ProbeComparison>;
}

/** Two sources of one number, side by side, and what it means when they differ. */
export function ProbeBesidePanel({ probe, beside }: ProbeBesidePanelProps) {
  const { sources, finding, note } = prepareBeside(probe.value, beside);
  return (
    <Panel title="Measured from Redis" note={<SourceTag reading={probe} />} className="shrink-0">
      <div className="flex flex-col gap-1.5 px-3 pb-2">
        <dl className="grid gap-x-6 gap-y-1.5 md:grid-cols-2">
          {sources.map(({ label, value, basis }) => (
            <div key={label} className="min-w-0">
              <dt className="text-sm text-dim">{label}</dt>
              <dd className="font-medium">{value}</dd>
              <dd className="text-xs text-faint">{basis}</dd>
            </div>
          ))}
        </dl>
        {finding !== null && (
          <p className="text-amber">
            <span aria-hidden>▲ </span>
            {finding.text}
          </p>
        )}
        {note !== '' && <p className="text-sm text-dim">{note}</p>}
      </div>
    </Panel>
  );
}

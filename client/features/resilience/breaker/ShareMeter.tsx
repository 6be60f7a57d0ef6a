import { formatPercent } from '#client/lib/formatNumber.ts';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';

interface ShareMeterProps {
  label: string;
  /** 0-1; null = not told, or there were no calls. */
  ratio: number | null;
  /** From which share on something happens; null = never, or not told. */
  threshold: number | null;
}

/** A share against its threshold: a bar, and a tick where it matters. */
export function ShareMeter({ label, ratio, threshold }: ShareMeterProps) {
  const isOver = ratio !== null && threshold !== null && ratio >= threshold;
  return (
    <div>
      <p className="flex justify-between gap-2">
        <span>{label}</span>
        <span className={isOver ? 'text-verm' : undefined}>
          {ratio === null ? (
            <UnknownDash reason="There were no calls, or its metrics do not tell it." />
          ) : (
            formatPercent(ratio)
          )}
          {threshold !== null && <span className="text-dim"> of {formatPercent(threshold)}</span>}
        </span>
      </p>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" className="h-1.5 w-full">
        <rect width="100" height="6" fill="var(--soft)" />
        {ratio !== null && (
          <rect width={Math.min(100, ratio * 100)} height="6" fill={isOver ? 'var(--verm)' : 'var(--blue)'} />
        )}
        {threshold !== null && (
          <rect x={Math.min(99.2, threshold * 100)} width="0.8" height="6" fill="var(--text)" />
        )}
      </svg>
    </div>
  );
}

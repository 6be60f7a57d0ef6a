import { formatEstimate } from '#client/lib/formatNumber.ts';
import type { Estimate } from '#shared/statistics.ts';

interface EstimateValueProps {
  estimate: Estimate;
  format: (value: number) => string;
  /** Writes the interval beside the value instead of on hover only. */
  hasInterval?: boolean;
}

/** `~48.2K` with its interval; without the sign when it was counted. */
export function EstimateValue({ estimate, format, hasInterval = false }: EstimateValueProps) {
  const { text, interval } = formatEstimate(estimate, format);
  return (
    <span title={interval}>
      {text}
      {hasInterval && <span className="text-sm text-dim"> {interval}</span>}
      {!hasInterval && !estimate.isExact && <span className="sr-only"> ({interval})</span>}
    </span>
  );
}

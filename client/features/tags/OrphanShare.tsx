import { formatPercent, formatProportionInterval } from '#client/lib/formatNumber.ts';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TagHealth } from '#shared/tags/tagSummary.ts';

/** Share of members that are gone; its interval and its sample on hover. */
export function OrphanShare({ health }: { health: TagHealth | null }) {
  if (health?.orphans == null) {
    return <UnknownDash reason="The server has not looked at its members yet." />;
  }
  const { orphans, sampledCount } = health;
  const isCounted = orphans.low === orphans.high;
  const basis = isCounted
    ? `all ${sampledCount} members looked at`
    : `${formatProportionInterval(orphans)}, sample of ${sampledCount}`;
  return (
    <span title={basis}>
      {!isCounted && '~'}
      {formatPercent(orphans.ratio)}
    </span>
  );
}

import { type ApiParts, watchOf } from '../apiContext.ts';
import { deriveInvalidationFindings } from './deriveInvalidationFindings.ts';
import { deriveInvalidations, type Invalidations } from './deriveInvalidations.ts';
import type { InvalidationFinding } from './invalidationFinding.ts';

const MINUTE_MS = 60_000;
/** What is usual: the hour before the last five minutes, which may be the storm. RULES 2.2. */
const BASELINE_MS = 60 * MINUTE_MS;
const RECENT_MS = 5 * MINUTE_MS;
const BASELINE_STEPS = 65;

export interface InvalidationsNow extends Invalidations {
  readonly findings: readonly InvalidationFinding[];
  /** All that tell of invalidations, empty = one without a name. */
  readonly services: readonly string[];
}

/** How the invalidations of one service stand, or of all (`service` null), and what is wrong with them. */
export function readInvalidations(
  parts: ApiParts,
  { targetId, service, nowMs }: { targetId: string; service: string | null; nowMs: number },
): InvalidationsNow {
  const all = watchOf(parts, targetId).invalidations();
  const chosen = service === null ? all : all.filter((one) => (one.service ?? '') === service);
  const derived = deriveInvalidations(chosen);
  const past = { fromMs: nowMs - RECENT_MS - BASELINE_MS, toMs: nowMs - RECENT_MS };
  const baseline = parts.history.invalidationSeries(targetId, service, past, BASELINE_STEPS);
  return {
    ...derived,
    findings: deriveInvalidationFindings({ ...derived, nowMs, baseline }),
    services: [...new Set(all.map((one) => one.service ?? ''))].sort(),
  };
}

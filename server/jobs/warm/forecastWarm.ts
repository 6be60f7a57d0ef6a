import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { WarmPlan } from '#shared/acting/plan.ts';

/** As the measured loads are counted, which stand beside it. */
const STEP_MS = 5_000;
const MAX_STEPS = 360;
/** Share of the run that is shown after its end, so that the end is seen. */
const AFTER_RATIO = 1 / 3;

/**
 * The extra loads of a warm-up: its rate until everything is loaded. That is the most: where it passes over fresh entries, or the
 * source answers more slowly than its lanes need, it asks for less.
 */
export function forecastWarm({
  loadCount,
  perSecond,
  currentPerSecond,
  capacityPerSecond,
}: Pick<WarmPlan, 'loadCount' | 'perSecond' | 'currentPerSecond' | 'capacityPerSecond'>): LoadForecast {
  const runMs = (loadCount.value * 1_000) / perSecond;
  const steps = Math.ceil((runMs * (1 + AFTER_RATIO)) / STEP_MS) + 1;
  const stepMs = STEP_MS * Math.ceil(steps / MAX_STEPS);
  const count = Math.ceil((steps * STEP_MS) / stepMs);
  return {
    ...{ currentPerSecond, capacityPerSecond, stepMs, whyUnknown: '' },
    peakExtra: { perSecond, atMostPerSecond: perSecond },
    halfOverMs: runMs / 2,
    mostOverMs: runMs * 0.9,
    extraPerSecond: Array.from({ length: count }, (_, at) => {
      const partMs = Math.min(stepMs, Math.max(0, runMs - at * stepMs));
      return (perSecond * partMs) / stepMs;
    }),
  };
}

import { z } from 'zod';
import type { Snapshot } from '#shared/snapshot.ts';
import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

/** Ours: histograms are kept for 32 days. */
const LONGEST_AGE_MS = 31 * 86_400_000;

export const ttlRouter = router({
  /**
   * TTL distribution of all keys and of each pattern; the expiry forecast of all keys, or of the pattern that is asked for, and its
   * distribution `compareAgeMs` ago.
   */
  get: procedureFor('viewer')
    .input(
      targetInput
        .extend({
          pattern: z.string().min(1).max(2_048).optional(),
          compareAgeMs: z.number().int().min(1).max(LONGEST_AGE_MS).optional(),
        })
        .strict(),
    )
    .query(({ ctx, input }) => {
      const snapshot = watchOf(ctx.parts, input.targetId).snapshot();
      return {
        sample: snapshot.sample,
        forecast: forecastOf(snapshot, input.pattern ?? null),
        before:
          input.compareAgeMs === undefined
            ? null
            : ctx.parts.history.ttlBefore(
                input.targetId,
                input.pattern ?? null,
                ctx.parts.clock() - input.compareAgeMs,
              ),
        patterns: snapshot.patterns.flatMap(({ pattern, sample }) =>
          sample.state === 'known'
            ? [{ pattern, ttl: sample.value.ttl, keyCount: sample.value.keyCount, bytes: sample.value.bytes }]
            : [],
        ),
      };
    }),
});

/** Of all keys when `pattern` is null; null when the last sample has no key of it. Forecasts of all patterns would be a megabyte. */
function forecastOf({ sample, patterns }: Snapshot, pattern: string | null) {
  const found = pattern === null ? sample : patterns.find((entry) => entry.pattern === pattern)?.sample;
  if (found?.state !== 'known') return null;
  const { forecast10s, forecast1min } = found.value;
  return { pattern, forecast10s, forecast1min };
}

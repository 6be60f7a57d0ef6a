import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

export const ttlRouter = router({
  /** TTL distribution of all keys with the expiry forecast, and of each pattern. */
  get: procedureFor('viewer')
    .input(targetInput)
    .query(({ ctx, input }) => {
      const snapshot = watchOf(ctx.parts, input.targetId).snapshot();
      return {
        sample: snapshot.sample,
        patterns: snapshot.patterns.flatMap(({ pattern, sample }) =>
          sample.state === 'known'
            ? [{ pattern, ttl: sample.value.ttl, keyCount: sample.value.keyCount, bytes: sample.value.bytes }]
            : [],
        ),
      };
    }),
});

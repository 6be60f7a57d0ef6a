import { SAFE_CAPACITY_RATIO } from '#server/jobs/purge/forecast/chooseMethod.ts';
import { watchOf } from '../apiContext.ts';
import { targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';

export const warmingRouter = router({
  /** The warmers of services, and what the source behind them does and stands. */
  get: procedureFor('viewer')
    .input(targetInput.strict())
    .query(({ ctx, input }) => {
      const { clock, sourceCapacityPerSecond } = ctx.parts;
      const watch = watchOf(ctx.parts, input.targetId);
      const { announcements, connection } = watch.snapshot();
      return {
        ...{ nowMs: clock(), announcements, connection },
        services: watch.warmingServices(),
        source: {
          currentPerSecond: watch.sourceLoads.recentPerSecond(),
          capacityPerSecond: sourceCapacityPerSecond,
          safePerSecond:
            sourceCapacityPerSecond === null ? null : SAFE_CAPACITY_RATIO * sourceCapacityPerSecond,
        },
      };
    }),
});

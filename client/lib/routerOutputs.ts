import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/api/appRouter.ts';

/** What each procedure answers, as it arrives. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

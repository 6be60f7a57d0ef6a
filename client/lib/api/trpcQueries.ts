import type { TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { AppRouter } from '#server/api/appRouter.ts';

/** The questions of the API as options of queries, as `useTRPC` gives them. */
export type TrpcQueries = TRPCOptionsProxy<AppRouter>;

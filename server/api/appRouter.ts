import { accessRouter } from './access/accessRouter.ts';
import { approvalsRouter } from './approvalsRouter.ts';
import { auditRouter } from './auditRouter.ts';
import { invalidationRouter } from './invalidation/invalidationRouter.ts';
import { jobsRouter } from './jobsRouter.ts';
import { keysRouter } from './keys/keysRouter.ts';
import { lettersRouter } from './letters/lettersRouter.ts';
import { liveRouter } from './liveRouter.ts';
import { nodesRouter } from './nodesRouter.ts';
import { overviewRouter } from './overview/overviewRouter.ts';
import { patternsRouter } from './patterns/patternsRouter.ts';
import { resilienceRouter } from './resilience/resilienceRouter.ts';
import { statusRouter } from './statusRouter.ts';
import { tagsRouter } from './tagsRouter.ts';
import { router } from './trpc.ts';
import { ttlRouter } from './ttlRouter.ts';
import { warmingRouter } from './warming/warmingRouter.ts';

export const appRouter = router({
  access: accessRouter,
  status: statusRouter,
  overview: overviewRouter,
  patterns: patternsRouter,
  ttl: ttlRouter,
  nodes: nodesRouter,
  resilience: resilienceRouter,
  warming: warmingRouter,
  invalidation: invalidationRouter,
  letters: lettersRouter,
  tags: tagsRouter,
  keys: keysRouter,
  jobs: jobsRouter,
  approvals: approvalsRouter,
  audit: auditRouter,
  live: liveRouter,
});

export type AppRouter = typeof appRouter;

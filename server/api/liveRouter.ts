import { TRPCError, tracked } from '@trpc/server';
import { z } from 'zod';
import { type ApiParts, watchOf } from './apiContext.ts';
import { openLatestEvents } from './latestEvents.ts';
import type { LiveEvent } from './liveEvent.ts';
import { targetInput } from './rangeInput.ts';
import { statusView } from './statusRouter.ts';
import { procedureFor, router } from './trpc.ts';

/** Streams in all; each is a socket and a timer. More viewers poll. */
const MAX_STREAMS = 200;

export const liveRouter = router({
  /**
   * The whole state at once, then at every change. A stream that resumes gets the whole state again, so nothing can be
   * missed; ids are the snapshot's sequence, which keeps rising over a restart of the server.
   */
  events: procedureFor('viewer')
    .input(targetInput.extend({ lastEventId: z.string().max(64).optional() }).strict())
    .use(({ ctx, input, next }) => {
      // Before the stream begins, where a refusal still has its status.
      watchOf(ctx.parts, input.targetId);
      return next();
    })
    .subscription(async function* ({ ctx, input, signal }) {
      if (watchOf(ctx.parts, input.targetId).viewerCount() >= MAX_STREAMS) {
        throw new TRPCError({
          code: 'TOO_MANY_REQUESTS',
          message: 'Too many pages are open; this one polls.',
        });
      }
      const changes = listen(ctx.parts, input.targetId);
      try {
        const snapshot = watchOf(ctx.parts, input.targetId).snapshot();
        let sequence = snapshot.sequence;
        const first = statusView(ctx.parts, snapshot);
        yield tracked(`${sequence}`, { kind: 'status', status: first } satisfies LiveEvent);
        for await (const event of changes.read(signal)) {
          if (event.kind === 'status') sequence = event.status.sequence;
          yield tracked(`${sequence}`, event);
        }
      } finally {
        changes.close();
      }
    }),
});

/** Listens from the moment it is called, so that nothing falls between the first state and the changes after it. */
function listen(parts: ApiParts, targetId: string) {
  const watch = watchOf(parts, targetId);
  const latest = openLatestEvents();
  const stops = [
    watch.addViewer(),
    watch.onChange((snapshot) => latest.push({ kind: 'status', status: statusView(parts, snapshot) })),
    parts.jobs.onChange((job) => latest.push({ kind: 'job', job })),
    parts.jobs.approvals.onChange((approval) => latest.push({ kind: 'approval', approval })),
  ];
  return {
    read: latest.read,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

import { EventEmitter, on } from 'node:events';
import { TRPCError, tracked } from '@trpc/server';
import { z } from 'zod';
import type { Job } from '#shared/job.ts';
import { type ApiParts, watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { type StatusView, statusView } from './statusRouter.ts';
import { procedureFor, router } from './trpc.ts';

export type LiveEvent =
  | { readonly kind: 'status'; readonly status: StatusView }
  | { readonly kind: 'job'; readonly job: Job };

/** Streams in all; each is a socket and a timer. More viewers poll. */
const MAX_STREAMS = 200;
let openStreams = 0;

export const liveRouter = router({
  /**
   * The whole state at once, then at every change. A stream that resumes gets the whole state again, so nothing can be
   * missed; ids are the snapshot's sequence, which keeps rising over a restart of the server.
   */
  events: procedureFor('viewer')
    .input(targetInput.extend({ lastEventId: z.string().max(64).optional() }).strict())
    .subscription(async function* ({ ctx, input, signal }) {
      if (openStreams >= MAX_STREAMS) {
        throw new TRPCError({
          code: 'TOO_MANY_REQUESTS',
          message: 'Too many pages are open; this one polls.',
        });
      }
      openStreams += 1;
      const changes = listen(ctx.parts, input.targetId, signal);
      try {
        let sequence = watchOf(ctx.parts, input.targetId).snapshot().sequence;
        const first = statusView(ctx.parts, watchOf(ctx.parts, input.targetId).snapshot());
        yield tracked(`${sequence}`, { kind: 'status', status: first } satisfies LiveEvent);
        for await (const event of changes.events()) {
          if (event.kind === 'status') sequence = event.status.sequence;
          yield tracked(`${sequence}`, event);
        }
      } finally {
        changes.close();
        openStreams -= 1;
      }
    }),
});

/** Listens from the moment it is called, so that nothing falls between the first state and the changes after it. */
function listen(parts: ApiParts, targetId: string, signal: AbortSignal | undefined) {
  const watch = watchOf(parts, targetId);
  const emitter = new EventEmitter<{ event: [LiveEvent] }>();
  const pending = on(emitter, 'event', signal === undefined ? {} : { signal });
  const stops = [
    watch.addViewer(),
    watch.onChange((snapshot) => {
      emitter.emit('event', { kind: 'status', status: statusView(parts, snapshot) });
    }),
    parts.jobs.onChange((job) => {
      emitter.emit('event', { kind: 'job', job });
    }),
  ];
  return {
    async *events(): AsyncGenerator<LiveEvent> {
      try {
        for await (const [event] of pending) yield event;
      } catch (error) {
        if (signal?.aborted !== true) throw error;
      }
    },
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

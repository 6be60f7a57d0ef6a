import type { Cluster, Redis } from 'ioredis';
import { seededRandom } from '#demo/source/seededRandom.ts';
import { holdClient } from './holdClient.ts';
import { StepScheduler } from './stepScheduler.ts';

export interface InterleavingOptions {
  /** Longest wait for real time (a timer, a reply) before it counts as a deadlock, ms. */
  readonly patienceMs?: number;
}

/** One order of events between actors that share a Redis, drawn from a seed. */
export interface Interleaving extends AsyncDisposable {
  readonly seed: number;
  /** Labels of what was released, in order: `a > get k` sent and run, `a < get k` its reply, `a ! channel` a message. */
  readonly trace: readonly string[];
  /** A number in [0, 1) for the test's own choices; it does not move the order of events. */
  random(): number;
  /**
   * The client with each command held, and each reply: one step each. Like a connection it sends in order and is answered in
   * order. A pipeline or MULTI is one command. Messages of channels are steps among the replies; `duplicate()` is held too.
   * Blocking commands (XREAD BLOCK, BLPOP) are sent as a step and answered when Redis does.
   */
  wrap<Client extends Redis | Cluster>(client: Client, name?: string): Client;
  /** A point at which others may come first, for loaders and sources: `await interleaving.step('load x')`. */
  step(label: string): Promise<void>;
  /**
   * Releases step after step until all have settled, and returns their values; rejects as the first of them that did. What is
   * held then, as a refresh behind them, stays held. Real timers pass in real time, so their place in the order is not the seed's.
   */
  runUntilSettled<Actors extends readonly unknown[] | []>(
    actors: Actors,
  ): Promise<{ -readonly [Index in keyof Actors]: Awaited<Actors[Index]> }>;
  /** Releases step after step until nothing is held. */
  runUntilIdle(): Promise<void>;
  /** Releases all that is held; from then on wrapped clients are as the plain ones. */
  close(): Promise<void>;
}

/** Steps are taken from wrapped clients and `step`; the same seed and the same actors give the same order. */
export function openInterleaving(seed: number, options: InterleavingOptions = {}): Interleaving {
  const scheduler = new StepScheduler({
    seed,
    draw: seededRandom(seed),
    patienceMs: options.patienceMs ?? 20_000,
  });
  let clientCount = 0;
  return {
    seed,
    trace: scheduler.trace,
    random: seededRandom(~seed),
    wrap: (client, name) => {
      clientCount += 1;
      return holdClient(client, name ?? `client${clientCount}`, scheduler);
    },
    step: (label) => {
      if (scheduler.isClosed) return Promise.resolve();
      return new Promise((resolve) => scheduler.pushLoose({ label, reachesRedis: false, run: resolve }));
    },
    runUntilSettled: async (actors) => {
      const all = Promise.all(actors);
      const settled = Promise.allSettled(actors);
      let isSettled = false;
      void settled.then(() => {
        isSettled = true;
        scheduler.notice();
      });
      // Looked at below, after the others have settled too.
      all.catch(() => {});
      await scheduler.run(() => isSettled);
      return all;
    },
    runUntilIdle: () => scheduler.run(() => scheduler.isIdle()),
    close: () => scheduler.close(),
    [Symbol.asyncDispose]: () => scheduler.close(),
  };
}

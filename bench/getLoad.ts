import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

/** What a neighbour of the sampler waits for its GETs, ms. */
export interface LoadReport {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface GetLoad {
  /** Latencies of the GETs that were answered while `work` ran. */
  during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly load: LoadReport }>;
  close(): Promise<void>;
}

const reportSchema = z.object({
  perSecond: z.number(),
  p50Ms: z.number(),
  p90Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
});

/** Starts a process of its own that sends GETs at a fixed pace without waiting for replies (open loop). */
export async function startGetLoad(
  port: number,
  options: { readonly perSecond: number; readonly keyCount: number },
): Promise<GetLoad> {
  const child = fork(new URL('./getLoadProcess.ts', import.meta.url), [
    String(port),
    String(options.perSecond),
    String(options.keyCount),
  ]);
  await once(child, 'message');
  return {
    async during(work) {
      child.send('begin');
      const result = await work();
      child.send('report');
      const [report] = await once(child, 'message');
      return { result, load: reportSchema.parse(report) };
    },
    async close() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

const countedSchema = z.array(z.object({ atMs: z.number(), kind: z.string(), isHit: z.boolean() }));

export interface ForeignProgram extends AsyncDisposable {
  /** Its own hit ratio of a kind of key within the windows, 0-1, and of how many look-ups. */
  ownRatio(
    kind: string,
    windows: readonly { readonly fromMs: number; readonly toMs: number }[],
  ): Promise<{ readonly ratio: number; readonly count: number }>;
}

/** A process that is the only client of a Redis: `shop:product:N` is there four times in five, `user:session:N` once. */
export async function startForeignProgram(port: number, perSecond: number): Promise<ForeignProgram> {
  const child = fork(new URL('./foreignProgram.ts', import.meta.url), [String(port), String(perSecond)]);
  await once(child, 'message');
  return {
    async ownRatio(kind, windows) {
      child.send('report');
      const [message] = await once(child, 'message');
      const inside = countedSchema
        .parse(message)
        .filter(
          (look) =>
            look.kind === kind &&
            windows.some(({ fromMs, toMs }) => look.atMs >= fromMs && look.atMs <= toMs),
        );
      return { ratio: inside.filter(({ isHit }) => isHit).length / inside.length, count: inside.length };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

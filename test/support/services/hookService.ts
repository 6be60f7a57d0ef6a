import { createServer, type IncomingMessage } from 'node:http';
import type { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from '#demo/processes/listenOnLoopback.ts';

/** What the service makes of a batch, in place of loading it. */
export type HookFault =
  | 'hang'
  | 'dieAfterLoading'
  | 'noRoom'
  | 'refuse'
  | 'redirect'
  | 'nonsense'
  | 'lie'
  | null;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

interface WrittenKey {
  readonly text?: string;
  readonly base64?: string;
}

function keyOf({ text, base64 }: WrittenKey): Buffer {
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text, 'utf8');
}

/** A service that caches by hand, without our library: its hook is what docs/guides/warming.md shows. Ends with the test. */
export async function startHookService(redis: Redis) {
  const batches: { readonly authorization: string | undefined; readonly keys: readonly Buffer[] }[] = [];
  const state: { fault: HookFault; loadMs: number; poisoned: string } = {
    fault: null,
    loadMs: 0,
    poisoned: '',
  };
  const load = async (key: Buffer): Promise<{ readonly state: string; readonly reason?: string }> => {
    if ((await redis.exists(key)) === 1) return { state: 'present' };
    if (key.toString() === state.poisoned) return { state: 'failed', reason: 'no such product' };
    await new Promise((resolve) => setTimeout(resolve, state.loadMs));
    if (state.fault !== 'lie') await redis.set(key, `value of ${key.toString('hex')}`, 'EX', 600);
    return { state: 'loaded' };
  };
  const server = createServer((request, response) => {
    void textOf(request).then(async (text) => {
      const { keys }: { readonly keys: readonly WrittenKey[] } = JSON.parse(text);
      const asked = keys.map(keyOf);
      if (asked.length > 0) batches.push({ authorization: request.headers.authorization, keys: asked });
      const isAsk = asked.length === 0;
      if (state.fault === 'refuse') return void response.writeHead(401).end();
      if (isAsk) return void response.writeHead(200).end('{"results":[]}');
      if (state.fault === 'hang') return;
      if (state.fault === 'noRoom') return void response.writeHead(503).end();
      if (state.fault === 'redirect') return void response.writeHead(302, { location: '/other' }).end();
      if (state.fault === 'nonsense') return void response.writeHead(200).end('{"results":[]}');
      const results = [];
      for (const key of asked) results.push(await load(key));
      if (state.fault === 'dieAfterLoading') return void response.destroy();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ v: 1, results }));
    });
  });
  const { url, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return { url: `${url}/warm`, batches, state };
}

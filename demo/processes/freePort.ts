import { createServer } from 'node:http';
import { listenOnLoopback } from './listenOnLoopback.ts';

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = await listenOnLoopback(createServer());
  await server.close();
  return Number(new URL(server.url).port);
}

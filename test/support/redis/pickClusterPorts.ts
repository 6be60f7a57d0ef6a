import { createServer } from 'node:net';
import { freePort } from '../freePort.ts';

/** What a node adds to its port for the cluster bus, unless told otherwise from Redis 7 on. */
const BUS_OFFSET = 10_000;

/** Ports that were free a moment ago, each with the port of its cluster bus. */
export async function pickClusterPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; attempt < 1000 && ports.length < count; attempt += 1) {
    const port = await freePort();
    const isApart = ports.every((other) => Math.abs(other - port) !== BUS_OFFSET && other !== port);
    if (isApart && (await isFree(port + BUS_OFFSET))) ports.push(port);
  }
  if (ports.length < count) throw new Error('no free ports for a cluster');
  return ports;
}

function isFree(port: number): Promise<boolean> {
  if (port > 65_535) return Promise.resolve(false);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

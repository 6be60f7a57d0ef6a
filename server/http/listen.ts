import type { FastifyInstance } from 'fastify';

/** Listens and returns the address for a browser on this machine. Throws with what to do when the port is taken. */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    const advice = 'Choose another with --port, or --port 0 for any free one.';
    throw new Error(`Port ${port} on ${host} is taken by another program. ${advice}`, { cause });
  }
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

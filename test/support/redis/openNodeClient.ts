import { Redis } from 'ioredis';

/** A plain client of one node for the test itself, connected. */
export async function openNodeClient(port: number): Promise<Redis> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    disableClientInfo: true,
    retryStrategy: () => 50,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

import { Redis, type RedisOptions } from 'ioredis';

/** What a service may choose. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** A client as a service would make it, to a Redis on loopback; who opens it ends it. */
export function openClient(options: ClientOptions): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    disableClientInfo: true,
    retryStrategy: () => 20,
    ...options,
  });
  client.on('error', () => {});
  return client;
}

type Argument = string | Buffer | number;

/**
 * What the cache needs of the ioredis client that is handed in; it neither configures nor closes it. Named commands only:
 * `call` breaks on a client with `enableAutoPipelining` (ioredis 6.0.0 drops the command's name).
 */
export interface RedisClient {
  /** ioredis's word for the state of the connection. */
  readonly status: string;
  readonly options: { readonly keyPrefix?: string | undefined };
  getBuffer(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer, unit: 'PX', ttlMs: number): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...keysAndArgs: Argument[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArgs: Argument[]): Promise<unknown>;
  sscanBuffer(key: string, cursor: string, word: 'COUNT', count: number): Promise<[Buffer, Buffer[]]>;
  scard(key: string): Promise<number>;
  srandmemberBuffer(key: string, count: number): Promise<unknown>;
}

export type CommandArgument = string | Buffer | number;

/** One node of a Cluster, or the one server that there is. */
export interface NodeClient {
  /** ioredis's word for the state of the connection. */
  readonly status: string;
  ping(): Promise<unknown>;
  /** `true` = closes the connection and opens it again. */
  disconnect(reconnect: boolean): void;
  once(event: 'close', listener: () => void): unknown;
  /** A client of its own for what blocks or subscribes. */
  duplicate(): DuplicateClient;
  scanBuffer(
    cursor: string,
    word: 'MATCH',
    pattern: string | Buffer,
    countWord: 'COUNT',
    count: number,
  ): Promise<[Buffer, Buffer[]]>;
}

/**
 * What the cache needs of the ioredis client that is handed in (standalone, Sentinel or Cluster); it neither configures nor
 * closes it. Named commands only: `call` breaks on a client with `enableAutoPipelining` (ioredis 6.0.0 drops the name).
 */
export interface RedisClient extends NodeClient {
  readonly isCluster: boolean;
  readonly options: object;
  /** The masters of a Cluster; absent on one server. */
  nodes?(role: 'master'): NodeClient[];
  cluster(subcommand: 'SLOTS'): Promise<unknown>;
  /** Makes the client of a Cluster read anew which node has which slots; absent on one server. */
  refreshSlotsCache?(done: () => void): void;

  getBuffer(key: string): Promise<Buffer | null>;
  mgetBuffer(keys: string[]): Promise<(Buffer | null)[]>;
  set(key: string, value: CommandArgument, unit: 'PX', ttlMs: number): Promise<unknown>;
  unlink(...keys: (string | Buffer)[]): Promise<number>;
  pexpire(key: string, ttlMs: number): Promise<unknown>;
  evalsha(sha1: string, keyCount: number, ...keysAndArgs: CommandArgument[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArgs: CommandArgument[]): Promise<unknown>;
  publish(channel: string, message: string | Buffer): Promise<number>;

  sadd(key: string, ...members: (string | Buffer | number)[]): Promise<number>;
  srem(key: string, ...members: (string | Buffer | number)[]): Promise<number>;
  scard(key: string): Promise<number>;
  sscanBuffer(key: string, cursor: string, word: 'COUNT', count: number): Promise<[Buffer, Buffer[]]>;
  srandmemberBuffer(key: string, count: number): Promise<unknown>;

  zadd(key: string, ...args: CommandArgument[]): Promise<unknown>;
  zcard(key: string): Promise<number>;
  zrevrank(key: string, member: string): Promise<number | null>;
  zrevrange(key: string, start: number, stop: number, word: 'WITHSCORES'): Promise<unknown>;
  zrangebyscore(
    key: string,
    ...args: [min: string, max: string, scores: 'WITHSCORES', limit: 'LIMIT', offset: number, count: number]
  ): Promise<unknown>;
  zrem(key: string, ...members: (string | Buffer | number)[]): Promise<number>;
  zremrangebyscore(key: string, min: string | number, max: string | number): Promise<number>;
  hdel(key: string, ...fields: (string | Buffer)[]): Promise<number>;
  hgetBuffer(key: string, field: string): Promise<Buffer | null>;
  hmgetBuffer(key: string, ...fields: string[]): Promise<(Buffer | null)[]>;
  hgetallBuffer(key: string): Promise<Record<string, Buffer>>;
  hlen(key: string): Promise<number>;

  lrangeBuffer(key: string, start: number, stop: number): Promise<Buffer[]>;
  llen(key: string): Promise<number>;

  xadd(key: string, ...args: CommandArgument[]): Promise<string | null>;
  xack(key: string, group: string, ...ids: string[]): Promise<number>;
  xdel(key: string, ...ids: string[]): Promise<number>;
  xlen(key: string): Promise<number>;
}

/** A connection that the cache opened and closes itself. */
export interface DuplicateClient {
  readonly status: string;
  subscribe(channel: string): Promise<unknown>;
  ping(): Promise<unknown>;
  xread(...args: CommandArgument[]): Promise<unknown>;
  xreadgroup(...args: CommandArgument[]): Promise<unknown>;
  /** `true` = and connect again. */
  disconnect(reconnect: boolean): void;
  on(event: 'ready' | 'close' | 'end' | 'error', listener: () => void): unknown;
  on(event: 'message', listener: (channel: string, message: string) => void): unknown;
}

/** What the cache needs of the ioredis client that is handed in; it neither configures nor closes it. */
export interface RedisClient {
  /** ioredis's word for the state of the connection. */
  readonly status: string;
  readonly options: { readonly keyPrefix?: string | undefined };
  getBuffer(key: string): Promise<Buffer | null>;
  callBuffer(command: string, args: (string | Buffer | number)[]): Promise<unknown>;
}

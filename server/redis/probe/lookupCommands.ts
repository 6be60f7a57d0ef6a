/**
 * Commands that Redis counts as look-ups of the keys among their arguments, all of which begin at the first one: `one`
 * takes the first argument, `all` takes each. Commands whose keys follow a number or a word (SORT, XREAD, ZUNION, SET with
 * GET) are in neither: their arguments are not looked at.
 */
const one = [
  ...['GET', 'GETEX', 'GETDEL', 'GETSET', 'GETRANGE', 'SUBSTR', 'STRLEN', 'GETBIT', 'BITCOUNT', 'BITPOS'],
  ...['HGET', 'HMGET', 'HGETALL', 'HEXISTS', 'HKEYS', 'HVALS', 'HLEN', 'HSTRLEN', 'HSCAN', 'HRANDFIELD'],
  ...['LRANGE', 'LINDEX', 'LLEN', 'LPOS'],
  ...['SMEMBERS', 'SISMEMBER', 'SMISMEMBER', 'SCARD', 'SSCAN', 'SRANDMEMBER'],
  ...['ZSCORE', 'ZMSCORE', 'ZRANK', 'ZREVRANK', 'ZCARD', 'ZCOUNT', 'ZLEXCOUNT', 'ZSCAN', 'ZRANDMEMBER'],
  ...['ZRANGE', 'ZREVRANGE', 'ZRANGEBYSCORE', 'ZREVRANGEBYSCORE', 'ZRANGEBYLEX', 'ZREVRANGEBYLEX'],
  ...['GEOPOS', 'GEODIST', 'GEOHASH', 'GEOSEARCH', 'XRANGE', 'XREVRANGE', 'XLEN'],
  ...['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME', 'TYPE', 'DUMP'],
];
const all = ['MGET', 'EXISTS', 'TOUCH', 'SINTER', 'SUNION', 'SDIFF', 'PFCOUNT'];

/** What the scanner does with a line: `mark` is a PING, of which our own are told by their argument. */
export interface KnownCommand {
  readonly kind: 'one' | 'all' | 'mark';
  /** Lower case, as bytes. */
  readonly name: Uint8Array;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Makes capital letters small; what it does to other bytes does not matter, since names are compared after it. */
const LOWER = 0x20;

const byHash: ReadonlyMap<number, KnownCommand> = new Map(
  [
    ...one.map((name) => ({ kind: 'one', name }) as const),
    ...all.map((name) => ({ kind: 'all', name }) as const),
    { kind: 'mark', name: 'PING' } as const,
  ].map(({ kind, name }) => {
    const bytes = Buffer.from(name.toLowerCase());
    return [hashOf(bytes, 0, bytes.length), { kind, name: bytes }];
  }),
);

/** The command that stands there, in any case; undefined when it is none of the table. */
export function knownCommand(bytes: Uint8Array, from: number, to: number): KnownCommand | undefined {
  const command = byHash.get(hashOf(bytes, from, to));
  if (command === undefined || command.name.length !== to - from) return undefined;
  for (let at = from; at < to; at += 1) {
    if (((bytes[at] ?? 0) | LOWER) !== command.name[at - from]) return undefined;
  }
  return command;
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_OFFSET;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ ((bytes[at] ?? 0) | LOWER), FNV_PRIME);
  return hash;
}

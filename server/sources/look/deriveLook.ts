import type { RedisFault } from '#server/redis/redisConnection.ts';
import type {
  FormatMix,
  FormatShare,
  IdleTimes,
  JsonShape,
  PatternLook,
  TtlAtSet,
} from '#shared/look/patternLook.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import { nearestRank } from '../nearestRank.ts';
import { deriveNeverRead } from './deriveNeverRead.ts';
import type { KeyLook, Look } from './readLook.ts';

export interface LookInput {
  readonly look: Look;
  readonly declaredTtlMs: number | null;
  readonly touchedAtMs: (text: string) => number | null;
  readonly atMs: number;
  /** INFO tells which eviction policy there is, and with it what OBJECT tells of use. */
  readonly isPolicyKnown: boolean;
}

/** What a look found, each part known or not by itself. */
export function deriveLook(input: LookInput): PatternLook {
  const { look, atMs } = input;
  const { keys, lookupCount, isTouching } = look;
  const seen = keys.filter(({ state }) => state === 'seen');
  const from = `${keys.length} keys of the sample`;
  const why = whyUseUnknown(input);
  return {
    keyCount: keys.length,
    goneCount: keys.filter(({ state }) => state === 'gone').length,
    deniedCount: keys.filter(({ state }) => state === 'denied').length,
    lookupCount,
    isTouching,
    formats: look.valueFault === null ? deriveFormats(look, atMs) : refused(look.valueFault, VALUES_PURPOSE),
    neverRead: why ?? deriveNeverRead({ ...input, keys, from }),
    idle: why ?? deriveIdle(seen, { atMs, from }),
    ttlAtSet:
      look.valueFault === null ? deriveTtlAtSet(seen, atMs) : refused(look.valueFault, VALUES_PURPOSE),
  };
}

const VALUES_PURPOSE = 'the formats of values, by their first bytes';
const USE_PURPOSE = 'when keys were last used';

function whyUseUnknown({ look, isPolicyKnown }: LookInput): Reading<never> | null {
  if (look.useFault !== null) return refused(look.useFault, USE_PURPOSE);
  if (isPolicyKnown) return null;
  return unknown('notSupported', 'INFO does not tell maxmemory_policy, and with it what OBJECT says of use.');
}

/** Capabilities of other roles share these commands; the words of this one are ours. */
function refused({ kind, command, message }: RedisFault, purpose: string): Reading<never> {
  if (kind !== 'notPermitted') return unknown(kind === 'unknownCommand' ? 'notSupported' : 'failed', message);
  const word = `+${command.toLowerCase().replace(' ', '|')}`;
  return unknown(
    'notPermitted',
    `The Redis user may not run ${command}. Missing without it: ${purpose}. Add ${word} to its ACL.`,
  );
}

function deriveFormats({ keys, valueKeyCount }: Look, atMs: number): Reading<FormatMix> {
  const looked = keys
    .slice(0, valueKeyCount)
    .filter(({ type, value }) => type !== 'string' || value !== null);
  if (looked.length === 0) return unknown('notEnoughData', 'No key that was asked for is there any more.');
  const shares = new Map<string, FormatShare>();
  const shapes = new Map<string, JsonShape>();
  let unshapedCount = 0;
  for (const { type, value } of looked) {
    const format = value?.format ?? null;
    const isLibraryEntry = value?.isLibraryEntry ?? false;
    const kind = `${type} ${format} ${isLibraryEntry}`;
    shares.set(kind, { type, format, isLibraryEntry, count: (shares.get(kind)?.count ?? 0) + 1 });
    const shape = value?.shape ?? null;
    if (shape !== null) {
      shapes.set(shape.hash, { ...shape, count: (shapes.get(shape.hash)?.count ?? 0) + 1 });
    } else if (value?.isJsonObject === true) unshapedCount += 1;
  }
  const mix: FormatMix = {
    sampledCount: looked.length,
    shares: mostFirst(shares.values()),
    shapes: mostFirst(shapes.values()),
    unshapedCount,
  };
  return known(mix, atMs, `first bytes of ${looked.length} values`);
}

function mostFirst<One extends { readonly count: number }>(ones: Iterable<One>): readonly One[] {
  return [...ones].sort((left, right) => right.count - left.count);
}

function deriveIdle(
  seen: readonly KeyLook[],
  { atMs, from }: { readonly atMs: number; readonly from: string },
): Reading<IdleTimes> {
  const idles = seen.flatMap(({ idleMs }) => idleMs ?? []).sort((left, right) => left - right);
  const [p50Ms, p90Ms] = [nearestRank(idles, 0.5), nearestRank(idles, 0.9)];
  if (p50Ms === null || p90Ms === null) {
    return seen.some(({ frequency }) => frequency !== null)
      ? unknown('notSupported', 'Under an LFU policy Redis keeps how often keys are used, not when.')
      : unknown('notEnoughData', 'No key that was asked for is there any more.');
  }
  return known({ sampledCount: idles.length, p50Ms, p90Ms }, atMs, from);
}

/** An entry of our library says when it was stored: the TTL left and its age make the TTL that it was given. */
function deriveTtlAtSet(seen: readonly KeyLook[], atMs: number): Reading<TtlAtSet> {
  const entries = seen.flatMap(({ value, ttlMs, readAtMs }) =>
    value?.header === null || value?.header === undefined || ttlMs === null
      ? []
      : [{ ...value.header, ttlAtSetMs: ttlMs + readAtMs - value.header.storedAtMs }],
  );
  const ttls = entries.map(({ ttlAtSetMs }) => ttlAtSetMs).sort((left, right) => left - right);
  // An invalidation marks an entry as stale by an expiry of 0.
  const fresh = entries
    .flatMap(({ softExpiryAtMs, storedAtMs }) => (softExpiryAtMs === 0 ? [] : softExpiryAtMs - storedAtMs))
    .sort((left, right) => left - right);
  const [minMs, p50Ms, maxMs] = [nearestRank(ttls, 0), nearestRank(ttls, 0.5), nearestRank(ttls, 1)];
  if (minMs === null || p50Ms === null || maxMs === null) {
    return unknown(
      'notSupported',
      'No value that was looked at says when it was stored; entries of cachescope/cache do.',
    );
  }
  const value = { sampledCount: ttls.length, minMs, p50Ms, maxMs, freshP50Ms: nearestRank(fresh, 0.5) };
  return known(value, atMs, `headers of ${ttls.length} entries`);
}

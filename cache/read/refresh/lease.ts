import type { Request } from '#cache/keys/policy.ts';
import { claimScript, releaseScript } from '#cache/store/leaseScripts.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import type { KeptValue, LoadAnswer } from '../loadAnswer.ts';
import { readStored } from '../readStored.ts';
import type { ReadSurroundings } from '../readSurroundings.ts';

/** Time between two looks for what another instance is loading, ms: twice as long each time, up to the second number. */
const LOOK_AGAIN_MS = { first: 10, longest: 200 };

function doNothing(): void {}

/** A lease that was taken, or what another instance loaded in the meantime. */
interface Lease<Value> {
  readonly found?: LoadAnswer<Value>;
  release(): void;
}

/**
 * Makes this instance the one that loads the key. While another holds the lease: with an old value, that is the answer; without,
 * the key is read again and again until it is there. Null when the lease could not be had in time: then everybody loads, as
 * without leases.
 */
export async function takeLease<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  stale: KeptValue<Value> | null,
): Promise<Lease<Value> | null> {
  const { loadTimeoutMs } = request.policy;
  let waitMs = LOOK_AGAIN_MS.first;
  for (let waitedMs = 0; waitedMs < loadTimeoutMs; waitedMs += waitMs) {
    const release = await claim(around, request, loadTimeoutMs);
    if (release === 'away') return null;
    if (release === 'taken' && stale !== null) {
      return { found: { isStale: true, stale, reason: 'revalidating' }, release: doNothing };
    }
    if (release === 'taken') await around.pause(waitMs);
    waitMs = Math.min(waitMs * 2, LOOK_AGAIN_MS.longest);
    // Also with the lease in hand: whoever had it may have stored the entry between our look and our claim.
    const stored = await readStored(around, request);
    if (typeof stored === 'object' && around.clock() < stored.header.softExpiryAtMs) {
      if (release !== 'taken') release();
      return { found: { isStale: false, value: stored.value }, release: doNothing };
    }
    if (release !== 'taken') return { release };
    if (stored === 'away') return null;
  }
  return null;
}

/** The right to refresh a key, or null when another instance has it or Redis is away. */
export async function claimRefresh(
  around: ReadSurroundings,
  request: Request<unknown>,
): Promise<(() => void) | null> {
  const release = await claim(around, request, request.policy.loadTimeoutMs);
  return typeof release === 'function' ? release : null;
}

async function claim(
  around: ReadSurroundings,
  { key }: Pick<Request<unknown>, 'key'>,
  ttlMs: number,
): Promise<(() => void) | 'taken' | 'away'> {
  const name = ownKeyName(around.prefix, `lease:${key}`);
  const holder = `${around.instance}:${around.random()}`;
  const outcome = await claimScript.run(around.transport, {
    keys: [name],
    args: [holder, Math.ceil(ttlMs)],
  });
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'lease', code: outcome.code, error: outcome.error });
    return 'away';
  }
  if (outcome.reply !== 1) return 'taken';
  return () => around.track(releaseScript.run(around.transport, { keys: [name], args: [holder] }));
}

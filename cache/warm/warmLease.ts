import { readGone } from '#cache/entries/readGone.ts';
import type { ReadSurroundings } from '#cache/read/readSurroundings.ts';
import { claimScript, releaseScript } from '#cache/store/leaseScripts.ts';
import type { Failed, Outcome } from '#cache/store/redisTransport.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import type { WarmTrigger } from './warmReport.ts';

/** Renewals within the life of a lease: two may go missing. */
const RENEWALS_PER_LEASE = 3;

type LeaseSurroundings = Pick<ReadSurroundings, 'transport' | 'events' | 'prefix' | 'instance'>;

export interface WarmLease {
  /** Aborted when another instance may have it. */
  readonly lost: AbortSignal;
  /** Gives it up. With a rest, the same trigger finds it taken in all instances for so long, ms. */
  release(restMs: number | null): Promise<void>;
}

/** Makes this instance the one that runs a warmer, until it says otherwise or dies. It runs a warmer once at a time. */
export async function takeWarmLease(
  around: LeaseSurroundings,
  {
    name,
    trigger,
    leaseMs,
  }: { readonly name: string; readonly trigger: WarmTrigger; readonly leaseMs: number },
): Promise<WarmLease | 'leased' | Failed> {
  const { transport, prefix, instance: holder } = around;
  const key = ownKeyName(prefix, `warm:${name}`);
  const restKey = ownKeyName(prefix, `warmed:${trigger}:${name}`);
  // To renew is to claim once more: one that is gone (an emptied Redis) is taken again.
  const claim = (isOutdated: () => boolean): Promise<Outcome<unknown>> =>
    claimScript.run(transport, { keys: [key], args: [holder, leaseMs], isOutdated });
  const taken = await claim(() => false);
  if (!taken.isDone) return fail(around, taken);
  if (taken.reply !== 1) return 'leased';
  const letGo = async (): Promise<void> =>
    void (await releaseScript.run(transport, { keys: [key], args: [holder] }));
  // Only now: whoever had the lease before leaves its mark first.
  const restGone = await readGone(transport, restKey);
  if (!restGone.isDone || !restGone.reply) {
    await letGo();
    return restGone.isDone ? 'leased' : fail(around, restGone);
  }
  const renewal = keepRenewing(leaseMs, claim);
  return {
    lost: renewal.lost,
    release: async (restMs) => {
      renewal.stop();
      if (restMs !== null)
        await transport.run((redis) => redis.set(restKey, holder, 'PX', Math.ceil(restMs)));
      await letGo();
    },
  };
}

function fail(around: LeaseSurroundings, failed: Failed): Failed {
  around.events.emit('fallback', { operation: 'lease', code: failed.code, error: failed.error });
  return failed;
}

/** Real time, since Redis counts the life of the lease in it. */
function keepRenewing(
  leaseMs: number,
  renew: (isOutdated: () => boolean) => Promise<Outcome<unknown>>,
): { readonly lost: AbortSignal; stop(): void } {
  const losing = new AbortController();
  let isStopped = false;
  let renewedAtMs = performance.now();
  const timer = setInterval(async () => {
    const askedAtMs = performance.now();
    const outcome = await renew(() => isStopped);
    if (outcome.isDone && outcome.reply === 1) renewedAtMs = askedAtMs;
    const isTaken = outcome.isDone && outcome.reply !== 1;
    if (isTaken || performance.now() - renewedAtMs >= leaseMs) losing.abort();
  }, leaseMs / RENEWALS_PER_LEASE);
  timer.unref();
  const stop = (): void => {
    isStopped = true;
    clearInterval(timer);
  };
  return { lost: losing.signal, stop };
}

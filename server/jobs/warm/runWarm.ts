import type { ServiceCommands } from '#server/control/serviceCommands.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { WarmProgress } from '#shared/acting/job.ts';
import type { ControlAnswer } from '#shared/control/controlAnswer.ts';
import type { JobEnd } from '../door/heldPlan.ts';
import { formatCount } from '../formatCount.ts';
import { Setbacks } from './setbacks.ts';
import { NOT_WARMED, type WarmRunParts } from './warmWay.ts';

interface InstanceRunParts extends WarmRunParts {
  /** Start of the key names of the service. */
  readonly prefix: string;
  readonly commands: Pick<ServiceCommands, 'ask'>;
}

/** Times that the warmer is begun again after the instance that ran it fell silent: another one then has the lease. */
const MAX_LOSSES = 3;
/** How often it is looked whether the run must end, ms: a cancel stops it within two of these. */
const LOOK_EVERY_MS = 500;
/** An instance that warms tells of it each second; without a load for so many times its pace it is gone. Ours. */
const LEAST_SILENT_MS = 20_000;
const SILENT_LOADS = 5;
/** Longest life of a dead instance's lease unless it was set up otherwise: 15 s, in as many tries as losses are counted. */
const LEASE_WAIT_MS = 8_000;

/**
 * Has an instance of the service run the warmer, and follows it. To wait, the run is cancelled and begun again later: what is
 * fresh by then is passed over. So it is when the instance stops by itself, as for its breaker. When it dies or is shut down, the
 * warmer is begun once more, and another one takes it as soon as the lease of a dead one has ended. Never throws `RedisFault`.
 */
export async function runWarm(parts: InstanceRunParts): Promise<JobEnd> {
  const run = new WarmFollower(parts);
  try {
    return await run.toItsEnd();
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return run.leave(error);
  }
}

class WarmFollower {
  readonly #parts: InstanceRunParts;
  #progress: WarmProgress = NOT_WARMED;
  #isCancelSent = false;
  readonly #setbacks: Setbacks;

  constructor(parts: InstanceRunParts) {
    this.#parts = parts;
    this.#setbacks = new Setbacks(parts.clock);
  }

  async toItsEnd(): Promise<JobEnd> {
    const { hold, stop, judge, clock } = this.#parts;
    for (let losses = 0; ; ) {
      await hold.pass(stop, () => {
        const text = judge();
        return text === null ? this.#setbacks.wait() : { text, isPlanned: false };
      });
      if (stop.aborted) return this.end('cancelled', String(stop.reason));
      const answer = await this.#runOnce();
      if (answer?.state === 'done') return this.end('completed', '');
      if (stop.aborted) return this.#cancelled(answer);
      if (answer?.reason === 'cancelled' && this.#isCancelSent) continue;
      if (answer?.reason === 'stopped' && this.#mayTryAgain(answer)) continue;
      const isLeaseOfDead = answer?.reason === 'leased' && losses > 0;
      const isLost = answer === null || isLeaseOfDead || (await this.#isGone(answer));
      if (!isLost) return this.end('failed', sentence(answer));
      if (isLeaseOfDead) await clock.pause(LEASE_WAIT_MS, stop);
      losses += 1;
      if (losses > MAX_LOSSES) {
        return this.end('unknown', 'No instance said how it ended; one may go on warming.');
      }
    }
  }

  /** Redis is away, and with it the way on which the run is followed; on the other one, it is told to end. */
  async leave(fault: RedisFault): Promise<JobEnd> {
    const { plan, prefix, commands, stop } = this.#parts;
    const command = { kind: 'warm.cancel', warmer: plan.warmer } as const;
    const answer = await commands.ask({ prefix, to: this.#progress.instance, command }).catch(() => null);
    const said = answer === null ? null : leftTexts.get(answer.state === 'done' ? 'done' : answer.reason);
    if (answer === null || said === undefined || said === null)
      return this.end('unknown', `${fault.message} An instance may go on warming.`);
    const reason = stop.aborted ? String(stop.reason) : fault.message;
    return this.end(stop.aborted ? 'cancelled' : 'failed', `${reason} ${answer.from} ${said}`);
  }

  end(state: JobEnd['state'], text: string): JobEnd {
    const { entryCount, doneCount, instance } = this.#progress;
    const by = instance === null ? '' : ` by ${instance}`;
    const done = `${formatCount(doneCount)} of ${formatCount(entryCount)} entries were gone through${by}.`;
    return { state, progress: this.#progress, outcome: [done, text].filter((part) => part !== '').join(' ') };
  }

  #cancelled(answer: ControlAnswer | null): JobEnd {
    const { stop } = this.#parts;
    if (answer !== null) return this.end('cancelled', String(stop.reason));
    return this.end(
      'unknown',
      `${String(stop.reason)} No instance said that it stopped; it may go on warming.`,
    );
  }

  #mayTryAgain(answer: ControlAnswer): boolean {
    return this.#setbacks.take(`${answer.from} stopped: ${sentence(answer)}`, this.#progress.doneCount);
  }

  /** One run, to the last that was said of it; null = nobody said how it ended. */
  async #runOnce(): Promise<ControlAnswer | null> {
    const { plan, prefix, commands } = this.#parts;
    const { warmer, perSecond } = plan;
    this.#note({ startCount: this.#progress.startCount + 1 });
    this.#isCancelSent = false;
    const ended = new AbortController();
    const watching = this.#cancelWhenDue(ended.signal);
    try {
      return await commands.ask(
        { prefix, to: null, command: { kind: 'warm.start', warmer, perSecond } },
        {
          onAnswer: (one) => this.#hear(one),
          silentForMs: Math.max(LEAST_SILENT_MS, (SILENT_LOADS * 1_000) / perSecond),
        },
      );
    } finally {
      ended.abort();
      await watching;
    }
  }

  /** Whether a run ended because its instance did, and not because somebody else had it end. */
  async #isGone({ reason, from }: ControlAnswer): Promise<boolean> {
    if (reason !== 'cancelled') return false;
    const { prefix, commands } = this.#parts;
    return (await commands.ask({ prefix, to: from, command: { kind: 'ping' } })) === null;
  }

  /** Tells whoever runs it to end as soon as the job must wait or stop, and again while it goes on. Never rejects. */
  async #cancelWhenDue(ended: AbortSignal): Promise<void> {
    const { plan, prefix, commands, clock, stop, hold, judge } = this.#parts;
    while (!ended.aborted) {
      if (stop.aborted || hold.isAsked || judge() !== null) {
        this.#isCancelSent = true;
        const command = { kind: 'warm.cancel', warmer: plan.warmer } as const;
        // Instances that do not run it say so first: what came of it is told by the run itself.
        await commands.ask({ prefix, to: this.#progress.instance, command }).catch(() => null);
      }
      await clock.pause(LOOK_EVERY_MS, ended);
    }
  }

  #hear({ from, text, doneCount, plannedCount }: ControlAnswer): void {
    this.#note({
      instance: from,
      ...(text === '' ? {} : { stage: text }),
      ...(doneCount === null ? {} : { doneCount }),
      ...(plannedCount === null ? {} : { entryCount: plannedCount }),
    });
  }

  #note(change: Partial<WarmProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#parts.onProgress(this.#progress);
  }
}

/** What an instance says to a cancel after which nothing of its run goes on. */
const leftTexts: ReadonlyMap<string, string> = new Map([
  ['done', 'was told to stop.'],
  ['notRunning', 'does not run it any more.'],
]);

function sentence({ text, reason }: ControlAnswer): string {
  return `${text || reason}.`;
}

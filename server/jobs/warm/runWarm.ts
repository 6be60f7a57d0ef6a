import type { ServiceCommands } from '#server/control/serviceCommands.ts';
import { passingFaultText } from '#server/redis/faults/faultText.ts';
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

/** The last that is known of a start: an instance may have taken it, begun, or told how it ended; or nobody ever will take it. */
type Heard = 'taken' | 'begun' | 'told' | 'takenBack';

class WarmFollower {
  readonly #parts: InstanceRunParts;
  #progress: WarmProgress = NOT_WARMED;
  #isCancelSent = false;
  /** Nobody said how a run ended, and no other one was begun since: it may go on. */
  #isLoose = false;
  /** An instance took the command, and said neither that it begins nor that it does not. */
  #mayBegin = false;
  readonly #setbacks: Setbacks;

  constructor(parts: InstanceRunParts) {
    this.#parts = parts;
    this.#setbacks = new Setbacks(parts.clock);
  }

  async toItsEnd(): Promise<JobEnd> {
    const { hold, stop, judge, clock } = this.#parts;
    for (let losses = 0; ; ) {
      if (this.#isLoose && hold.isAsked && !stop.aborted) await this.#tellToEnd();
      await hold.pass(stop, () => {
        const text = judge();
        return text === null ? this.#setbacks.wait() : { text, isPlanned: false };
      });
      if (stop.aborted) return this.#cancelled();
      const answer = await this.#runOnce();
      if (answer?.state === 'done') return this.end('completed', leftText(answer));
      if (stop.aborted) return this.#cancelled();
      if (answer?.reason === 'cancelled' && this.#isCancelSent) continue;
      if (answer?.reason === 'stopped' && this.#mayTryAgain(answer)) continue;
      const isLeaseOfDead = answer?.reason === 'leased' && losses > 0;
      const isLost = answer === null || isLeaseOfDead || (await this.#isGone(answer));
      if (!isLost) return this.end('failed', sentence(answer));
      if (isLeaseOfDead) await clock.pause(LEASE_WAIT_MS, stop);
      losses += 1;
      if (losses > MAX_LOSSES) {
        if (!this.#isLoose && !this.#mayBegin) return this.end('failed', NOBODY_TEXT);
        return this.end('unknown', 'No instance said how it ended; one may go on warming.');
      }
    }
  }

  /** Redis is away, and with it the way on which the run is followed; on the other one, it is told to end. */
  async leave(fault: RedisFault): Promise<JobEnd> {
    const { stop } = this.#parts;
    const answer = await this.#tellToEnd();
    const said = answer === null ? null : leftTexts.get(answer.state === 'done' ? 'done' : answer.reason);
    const passingText = passingFaultText(fault.kind);
    const why = passingText ?? fault.message;
    const next = passingText === null ? 'What is loaded stays.' : PLAN_AGAIN_TEXT;
    if (answer === null || said === undefined || said === null)
      return this.end('unknown', `${why} An instance may go on warming. ${next}`);
    if (stop.aborted) return this.end('cancelled', `${String(stop.reason)} ${answer.from} ${said}`);
    return this.end('failed', `${why} ${answer.from} ${said} ${next}`);
  }

  end(state: JobEnd['state'], text: string): JobEnd {
    const { entryCount, doneCount, instance } = this.#progress;
    const by = instance === null ? '' : ` by ${instance}`;
    const done = `${formatCount(doneCount)} of ${formatCount(entryCount)} entries were gone through${by}.`;
    const isOpen = this.#mayBegin && (state === 'cancelled' || state === 'failed');
    const open = isOpen ? 'An instance that was told to run it, and said nothing, may yet begin.' : '';
    const outcome = [done, text, open].filter((part) => part !== '').join(' ');
    return { state: isOpen ? 'unknown' : state, progress: this.#progress, outcome };
  }

  async #cancelled(): Promise<JobEnd> {
    const reason = String(this.#parts.stop.reason);
    if (!this.#isLoose) return this.end('cancelled', reason);
    const answer = await this.#tellToEnd();
    if (answer?.state === 'done') return this.end('cancelled', `${reason} ${answer.from} was told to stop.`);
    return this.end('unknown', `${reason} No instance said that it stopped; it may go on warming.`);
  }

  /** Null = nobody answered. Whoever does not run it says so: of other instances that tells nothing. */
  #tellToEnd(): Promise<ControlAnswer | null> {
    const { plan, prefix, commands } = this.#parts;
    const command = { kind: 'warm.cancel', warmer: plan.warmer } as const;
    return commands.ask({ prefix, to: this.#progress.instance, command }).catch(() => null);
  }

  #mayTryAgain(answer: ControlAnswer): boolean {
    return this.#setbacks.take(`${answer.from} stopped: ${sentence(answer)}`, this.#progress.doneCount);
  }

  /** One run, to the last that was said of it; null = nobody said how it ended. */
  async #runOnce(): Promise<ControlAnswer | null> {
    const { plan, prefix, commands } = this.#parts;
    const { warmer, perSecond } = plan;
    const last: { heard: Heard } = { heard: 'taken' };
    this.#note({ startCount: this.#progress.startCount + 1 });
    this.#isCancelSent = false;
    const ended = new AbortController();
    const watching = this.#cancelWhenDue(ended.signal);
    try {
      const answer = await commands.ask(
        { prefix, to: null, command: { kind: 'warm.start', warmer, perSecond } },
        {
          onAnswer: (one) => {
            if (one.state === 'progressed') last.heard = 'begun';
            this.#hear(one);
          },
          onTakenBack: () => {
            last.heard = 'takenBack';
          },
          silentForMs: Math.max(LEAST_SILENT_MS, (SILENT_LOADS * 1_000) / perSecond),
        },
      );
      if (answer !== null) last.heard = 'told';
      if (answer !== null && answer.reason !== 'leased') this.#isLoose = false;
      return answer;
    } finally {
      if (last.heard === 'begun') this.#isLoose = true;
      if (last.heard === 'taken') this.#mayBegin = true;
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
    const { clock, stop, hold, judge } = this.#parts;
    while (!ended.aborted) {
      if (stop.aborted || hold.isAsked || judge() !== null) {
        this.#isCancelSent = true;
        // What came of it is told by the run itself.
        await this.#tellToEnd();
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

const NOBODY_TEXT =
  'No instance took it, so that none warms: each that listened is gone, or hears nothing. Look at Resilience for those that are there.';

/** The connection is opened again by itself, and the job is not. */
const PLAN_AGAIN_TEXT = 'What is loaded stays; plan it again once Redis answers.';

/** What an instance says to a cancel after which nothing of its run goes on. */
const leftTexts: ReadonlyMap<string, string> = new Map([
  ['done', 'was told to stop.'],
  ['notRunning', 'does not run it any more.'],
]);

/** Older releases do not say. */
function leftText({ leftCount }: ControlAnswer): string {
  return leftCount === null || leftCount === 0
    ? ''
    : `${formatCount(leftCount)} of them are not loaded: somebody else was at them, the source had no room, or it failed.`;
}

function sentence({ text, reason }: ControlAnswer): string {
  return `${text || reason}.`;
}

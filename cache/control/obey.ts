import { CacheError } from '#cache/cacheError.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { VerifyAnswer } from '#cache/verify/verifier.ts';
import type { Warmers } from '#cache/warm/warmers.ts';
import type { ControlAnswer } from '#shared/control/controlAnswer.ts';
import type { ControlCommand } from '#shared/control/controlCommand.ts';
import type { InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';

/** What commands can do to a cache. */
export interface ControlActions extends Pick<Warmers, 'warm' | 'cancelWarm' | 'preview'> {
  /** Null = no longer forced. */
  forceBreaker(to: 'open' | 'closed' | null): void;
  /** Rejects with `unknownFamily` for a key of none of the families. */
  verifyKey(key: string): Promise<VerifyAnswer>;
  /** What the instance announces of itself, or would. */
  snapshot(): InstanceSnapshot;
}

/** An answer without what all answers of an instance have. */
export type Said = Pick<ControlAnswer, 'state' | 'reason' | 'text'> &
  Partial<Pick<ControlAnswer, 'doneCount' | 'plannedCount' | 'leftCount' | 'preview' | 'snapshot'>>;

export interface ObeySurroundings {
  readonly events: CacheEvents;
  readonly actions: ControlActions;
  /** Ends what was begun. */
  readonly signal: AbortSignal;
  say(said: Said): Promise<void>;
}

/** Does what a command says, and says what came of it. Never rejects. */
export async function obey(command: ControlCommand, around: ObeySurroundings): Promise<void> {
  try {
    await around.say(await act(command, around));
  } catch (error) {
    const reason = error instanceof CacheError ? error.code : 'wentWrong';
    const text = error instanceof Error ? error.message : String(error);
    await around.say({ state: 'failed', reason, text });
  }
}

async function act(command: ControlCommand, around: ObeySurroundings): Promise<Said> {
  switch (command.kind) {
    case 'ping':
      return { state: 'done', reason: '', text: '' };
    case 'warm.preview':
      return preview(command.warmer, around);
    case 'warm.start':
      return warm(command, around);
    case 'warm.cancel':
      return around.actions.cancelWarm(command.warmer)
        ? { state: 'done', reason: '', text: '' }
        : { state: 'failed', reason: 'notRunning', text: 'The warmer does not run in this instance.' };
    case 'breaker.force':
      around.actions.forceBreaker(command.state === 'auto' ? null : command.state);
      return { state: 'done', reason: '', text: '' };
    case 'state.read':
      return { state: 'done', reason: '', text: '', snapshot: around.actions.snapshot() };
    case 'entry.verify':
      return verify(command.key, around);
  }
}

async function preview(warmer: string, { actions, say }: ObeySurroundings): Promise<Said> {
  await say({ state: 'accepted', reason: '', text: '' });
  return { state: 'done', reason: '', text: '', preview: await actions.preview(warmer) };
}

/** The values are told to nobody: they may be personal. */
async function verify(key: string, { actions, say }: ObeySurroundings): Promise<Said> {
  await say({ state: 'accepted', reason: '', text: '' });
  const { state, reason, ageMs, isFresh } = await actions.verifyKey(key);
  const stored =
    ageMs === null ? '' : ` Stored ${Math.round(ageMs / 1_000)} s ago${isFresh ? '' : ', past its life'}.`;
  return { state: 'done', reason: state, text: `${reason}.${stored}` };
}

async function warm(
  { warmer, perSecond }: Extract<ControlCommand, { kind: 'warm.start' }>,
  { events, actions, signal, say }: ObeySurroundings,
): Promise<Said> {
  await say({ state: 'accepted', reason: '', text: '' });
  const progress: Promise<void>[] = [];
  const end = events.on('warm', (event) => {
    if (event.warmer !== warmer || (event.state !== 'started' && event.state !== 'progressed')) return;
    const { doneCount, plannedCount, reason } = event;
    progress.push(say({ state: 'progressed', reason: event.state, text: reason, doneCount, plannedCount }));
  });
  try {
    const options = perSecond === null ? { signal } : { signal, perSecond };
    const { state, reason, plannedCount, ...counts } = await actions.warm(warmer, options);
    // So that the end is the last of the answers.
    await Promise.all(progress);
    return {
      state: state === 'completed' ? 'done' : 'failed',
      reason: state,
      text: reason,
      doneCount: counts.loadedCount + counts.freshCount + counts.failedCount + counts.skippedCount,
      plannedCount,
      leftCount: counts.failedCount + counts.skippedCount,
    };
  } finally {
    end();
  }
}

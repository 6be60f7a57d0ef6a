import type { MarkProgress } from '#shared/acting/job.ts';
import type { JobContext, JobEnd } from '../door/heldPlan.ts';
import { formatCount } from '../formatCount.ts';
import type { HeldMark } from './heldMark.ts';
import { countChannels } from './planMark.ts';
import { tellServices } from './tellServices.ts';
import { type WrittenMark, writeMark } from './writeMark.ts';

export interface MarkRun extends JobContext {
  readonly held: HeldMark;
}

export const NOT_MARKED: MarkProgress = { mark: 'notWritten', channelCount: null, toldCount: 0 };

/** Writes the mark of the tag, then tells the services that listen. Never throws `RedisFault`. */
export async function runMark(run: MarkRun): Promise<JobEnd> {
  const written = await writeMark(run);
  if (written.kind !== 'written') return unwrittenEnd(run, written);
  const progress: MarkProgress = {
    mark: 'written',
    channelCount: countChannels(run.held.mark, written.after),
    toldCount: 0,
  };
  run.onProgress(progress);
  // A stop comes too late: half of a purge would leave services serving what Redis no longer has.
  const told = await tellServices(run, written.after);
  const isWhole = told.missing.length === 0;
  return {
    state: isWhole ? 'completed' : told.isUnknown ? 'unknown' : 'failed',
    progress: { ...progress, toldCount: told.toldCount },
    outcome: [
      ...whatIsDone(written),
      ...(isWhole
        ? [describeTold(progress.channelCount), run.held.plan.reach]
        : [...told.missing, 'Purge the tag again: that does no harm.']),
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
  };
}

function whatIsDone({
  isFoundDone,
  isMovedOn,
}: Extract<WrittenMark, { kind: 'written' }>): readonly string[] {
  return [
    'The tag is purged in Redis: what was stored with it before is a miss at its next read.',
    isFoundDone ? 'This was found so after Redis gave no answer.' : '',
    isMovedOn ? 'Others had purged it too since the plan.' : '',
  ];
}

function describeTold(channelCount: number | null): string {
  if (channelCount === null) return '';
  if (channelCount === 0) return 'Nobody listened for purges.';
  return `Told on ${formatCount(channelCount)} ${channelCount === 1 ? 'channel' : 'channels'}.`;
}

function unwrittenEnd({ stop }: MarkRun, { kind, text }: Exclude<WrittenMark, { kind: 'written' }>): JobEnd {
  if (kind === 'unknown') {
    return {
      state: 'unknown',
      progress: { ...NOT_MARKED, mark: 'unknown' },
      outcome: `It is not known whether the tag is purged, and no service was told. ${text} Purge it again: that does no harm.`,
    };
  }
  return {
    state: stop.aborted ? 'cancelled' : 'failed',
    progress: NOT_MARKED,
    outcome: `${stop.aborted ? '' : 'Stopped by itself. '}${text} The mark was not written; nothing was changed.`,
  };
}

import { formatCount } from '#client/lib/formatNumber.ts';
import type { LettersPlan, Plan, PurgePlan } from '#shared/acting/plan.ts';
import { isRemoval } from '#shared/acting/purgeStages.ts';
import { probeScheduleTexts } from '#shared/probe/probeSchedule.ts';

/** What the button that starts a plan does, with its count: `Purge 48,210 keys`. */
export function confirmLabel(plan: Plan): string {
  switch (plan.kind) {
    case 'purge':
      return purgeLabel(plan);
    case 'undo':
      return `Bring back ${keysText(plan.keyCount)}`;
    case 'mark':
      return 'Purge the tag';
    case 'repair':
      return 'Repair the index';
    case 'warm':
      return `Warm ${entriesText(Math.round(plan.loadCount.value))}`;
    case 'letters':
      return lettersLabel(plan);
    case 'probe':
      return `Measure for ${probeScheduleTexts[plan.schedule.id]}`;
  }
}

function purgeLabel({ keyCount, method }: PurgePlan): string {
  const keys = keysText(keyCount);
  if (method.how === 'soft') return `Mark ${keys} as stale`;
  return isRemoval(method) ? `Purge ${keys}` : `Let ${keys} expire`;
}

function lettersLabel({ act, keyCount }: LettersPlan): string {
  return `${act === 'replay' ? 'Replay' : 'Drop'} ${formatCount(keyCount)} ${keyCount === 1 ? 'letter' : 'letters'}`;
}

function entriesText(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'entry' : 'entries'}`;
}

function keysText(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'key' : 'keys'}`;
}

import { createHash } from 'node:crypto';
import { TYPED_CONFIRMATION_ABOVE_KEYS, type UndoInput, type UndoPlan } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { TermsOf } from '../door/planTerms.ts';
import type { RandomBytes } from '../drawRandom.ts';
import { formatCount } from '../formatCount.ts';
import { KEYS_PER_SECOND } from '../pace.ts';
import type { UndoRecord, UndoVault } from './undoVault.ts';

export interface UndoPlanParts {
  readonly vault: UndoVault;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly token: string;
  readonly termsOf: TermsOf;
}

/** What bringing back would do; reads nothing of Redis. Throws `AppError` notFound when nothing of the job is kept (any more). */
export function planUndo(
  parts: UndoPlanParts,
  { targetId, jobId }: UndoInput,
): { plan: UndoPlan; record: UndoRecord } {
  const record = parts.vault.find(jobId);
  if (record?.untilMs === undefined || record.untilMs === null) {
    const text =
      'Nothing of this purge is kept (any more): it can be brought back for 15 minutes, by the server that ran it.';
    throw new AppError('notFound', text);
  }
  const { keyCount, entryCount, from } = record;
  const terms = parts.termsOf(keyCount);
  const keys = `${formatCount(keyCount)} ${keyCount === 1 ? 'key' : 'keys'}`;
  const content = {
    kind: 'undo',
    targetId,
    environment: parts.environment,
    ...terms,
    expiresAtMs: Math.min(terms.expiresAtMs, record.untilMs),
    title: `Bring back ${keys} ${from.words} in ${parts.environment}`,
    ofJobId: jobId,
    subject: from.subject,
    keyCount,
    entryCount,
    keysPerSecond: KEYS_PER_SECOND,
    warning: warningFor(keyCount - entryCount),
    confirmation:
      keyCount > TYPED_CONFIRMATION_ABOVE_KEYS
        ? ({ kind: 'typed', text: `${parts.environment} ${keyCount}` } as const)
        : ({ kind: 'click' } as const),
    isReasonRequired: keyCount > TYPED_CONFIRMATION_ABOVE_KEYS,
  } as const;
  const hash = createHash('sha256').update(parts.random(16)).update(JSON.stringify(content));
  return { plan: { ...content, token: parts.token, id: hash.digest('hex').slice(0, 32) }, record };
}

function warningFor(asTheyWereCount: number): string {
  const stays =
    'What was stored anew since stays. Entries of cachescope/cache come back as stale: their next reader loads them anew.';
  if (asTheyWereCount === 0) return stays;
  const others =
    asTheyWereCount === 1
      ? '1 other value comes back as it was'
      : `${formatCount(asTheyWereCount)} other values come back as they were`;
  return `${stays} ${others}: what was invalidated since, nobody can tell, and old values would be served until their TTL ends.`;
}

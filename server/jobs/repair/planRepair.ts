import { createHash } from 'node:crypto';
import type { Clock } from '#server/clock/clock.ts';
import { repairOffer } from '#server/tags/health/repairRules.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import { type RepairInput, type RepairPlan, TYPED_CONFIRMATION_ABOVE_KEYS } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import type { TermsOf } from '../door/planTerms.ts';
import type { RandomBytes } from '../drawRandom.ts';
import { formatCount } from '../formatCount.ts';
import type { OperatorSession } from '../operatorSession.ts';
import { KEYS_PER_SECOND } from '../pace.ts';
import type { HeldRepair } from './heldRepair.ts';
import { type IndexSurvey, surveyIndex } from './surveyIndex.ts';

export interface RepairPlanParts {
  readonly session: OperatorSession;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly token: string;
  readonly termsOf: TermsOf;
}

/**
 * What a repair of a tag's index would do: a dry run over all its members. Throws `AppError` badInput where nothing of it is safe,
 * notFound when the index is gone or nothing is wrong that a repair mends; `RedisFault`.
 */
export async function planRepair(parts: RepairPlanParts, input: RepairInput): Promise<HeldRepair> {
  const connection = await parts.session.connection();
  const layout = tagLayouts.find(({ id }) => id === input.layout);
  if (layout === undefined) throw new AppError('badInput', `There is no tag layout ${input.layout}.`);
  const index = await layout.open(connection, Buffer.from(parseKey(input.tagKey)));
  if (index === null) {
    throw new AppError('notFound', `There is no tag of ${layout.name} under ${input.tagKey} (any more).`);
  }
  const offer = repairOffer(index);
  if (!offer.orphans.isSafe && !offer.indexTtl.isSafe) throw new AppError('badInput', offer.orphans.why);
  const survey = await surveyIndex(connection, index);
  const orphans = offer.orphans.isSafe ? survey.orphans : [];
  const ttlRaise = raiseOf(survey, parts.clock.nowMs());
  if (orphans.length === 0 && ttlRaise === null) throw nothingToDo(survey, offer);
  const { runId } = parts.session;
  const danglingCount = offer.orphans.isSafe ? survey.danglingCount : 0;
  const content = contentOf(parts, { input, index, survey, orphans, danglingCount, ttlRaise, offer });
  const hash = createHash('sha256').update(parts.random(16)).update(JSON.stringify(content));
  for (const key of orphans) hash.update(`${key.length}:`).update(key);
  const id = hash
    .update(runId ?? '')
    .digest('hex')
    .slice(0, 32);
  return { plan: { ...content, token: parts.token, id }, index, orphans, runId };
}

/** No TTL reaches as far as that of a member that never expires. */
function raiseOf({ indexTtlMs, longestTtlMs }: IndexSurvey, nowMs: number): RepairPlan['ttlRaise'] {
  if (indexTtlMs === null || longestTtlMs === null) return null;
  return { fromMs: nowMs + indexTtlMs, toMs: nowMs + longestTtlMs };
}

function nothingToDo({ memberCount, foreverCount }: IndexSurvey, offer: RepairPlan['offer']): AppError {
  const why = offer.orphans.isSafe
    ? `All of its ${formatCount(memberCount)} members exist`
    : `Members that are gone are not taken out from here: ${offer.orphans.why} Nothing else is wrong`;
  const forever =
    foreverCount > 0
      ? ` ${formatCount(foreverCount)} of them never expire while the index does: take its TTL away (PERSIST) or give them one.`
      : '';
  return new AppError('notFound', `There is nothing to repair. ${why}.${forever}`);
}

interface Surveyed extends Pick<RepairPlan, 'danglingCount' | 'ttlRaise' | 'offer'> {
  readonly input: RepairInput;
  readonly index: TagIndex;
  readonly survey: IndexSurvey;
  readonly orphans: readonly Buffer[];
}

function contentOf(
  { termsOf, environment }: RepairPlanParts,
  { input, index, survey, orphans, danglingCount, ttlRaise, offer }: Surveyed,
): Omit<RepairPlan, 'id' | 'token'> {
  const tag = formatKey(index.tag);
  const isTyped = orphans.length > TYPED_CONFIRMATION_ABOVE_KEYS;
  const acts = [
    orphans.length === 0
      ? ''
      : `take ${formatCount(orphans.length)} missing ${orphans.length === 1 ? 'entry' : 'entries'} out of`,
    ttlRaise === null ? '' : 'raise the TTL of',
  ].filter((act) => act !== '');
  const title = `${acts.join(' and ')} the index of ${tag} in ${environment}`;
  return {
    kind: 'repair',
    targetId: input.targetId,
    environment,
    ...termsOf(orphans.length),
    title: title[0]?.toUpperCase() + title.slice(1),
    layoutName: index.layout.name,
    tag,
    subject: formatKey(index.tagKey),
    memberCount: survey.memberCount,
    keyCount: orphans.length,
    danglingCount,
    ttlRaise,
    offer,
    keysPerSecond: KEYS_PER_SECOND,
    warning:
      'No entry is removed or changed. There is no undo: what is taken out leads to no entry. An entry that is stored meanwhile is listed again, within a moment in which a purge may miss it.',
    confirmation: isTyped ? { kind: 'typed', text: `${environment} ${orphans.length}` } : { kind: 'click' },
    isReasonRequired: isTyped,
  };
}

import { createHash } from 'node:crypto';
import type { Clock } from '#server/clock/clock.ts';
import type { TagIndex, TagLayout } from '#server/tags/tagLayout.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import {
  type Confirmation,
  PLAN_LIFETIME_MS,
  type PurgeTagInput,
  type PurgeTagPlan,
  TYPED_CONFIRMATION_ABOVE_KEYS,
} from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { drawSample, type RandomBytes } from '../drawRandom.ts';
import { formatCount } from '../formatCount.ts';
import type { OperatorSession } from '../operatorSession.ts';
import { KEYS_PER_SECOND } from '../pace.ts';
import type { HeldPurge } from '../planStore.ts';
import { quoteForShell } from './quoteForShell.ts';
import { type MemberSample, sampleMembers } from './sampleMembers.ts';
import { type MemberSurvey, surveyMembers } from './surveyMembers.ts';

/** A pattern below this share is likely caught by accident. Ours: one in fifty is what a glance at a list misses. */
const UNUSUAL_RATIO = 0.02;
const SAMPLE_KEYS_SHOWN = 20;

export interface PlanParts {
  readonly session: OperatorSession;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly patternOf: (keyText: string) => string;
  readonly token: string;
}

/**
 * What a purge of the tag would do, by reading alone: one walk over the members, and of at most 1,000 of them the size
 * (MEMORY USAGE) and of 200 the TTL (PTTL, which counts as look-ups).
 * Throws `AppError` notFound when there is nothing to purge, badInput for what is no tag; `RedisFault`.
 */
export async function planPurgeTag(parts: PlanParts, input: PurgeTagInput): Promise<HeldPurge> {
  const { layout, tagKey } = resolveTag(input);
  const connection = await parts.session.connection();
  const index = await layout.open(connection, tagKey);
  if (index === null) {
    const text = `There is no tag index of ${layout.name} under ${input.tagKey} (any more). Nothing to purge.`;
    throw new AppError('notFound', text);
  }
  const survey = await surveyMembers({ ...parts, connection, index });
  const sample = await sampleMembers(connection, survey.sample, survey.memberCount);
  if (sample.existingCount.value === 0) {
    const text = `The tag lists ${formatCount(survey.memberCount)} keys, but none of those looked at exists any more. Nothing to purge.`;
    throw new AppError('notFound', text);
  }
  const { runId } = parts.session;
  const plan = preparePlan(parts, input, { index, runId, survey, sample });
  const patterns = new Set(survey.patternCounts.keys());
  return { kind: 'purgeTag', plan, index, frozenKeys: survey.frozenKeys, patterns, runId };
}

function resolveTag(input: PurgeTagInput): { layout: TagLayout; tagKey: Buffer } {
  const layout = tagLayouts.find((candidate) => candidate.id === input.layout);
  if (layout === undefined) throw new AppError('badInput', `There is no tag layout ${input.layout}.`);
  const tagKey = Buffer.from(parseKey(input.tagKey));
  if (layout.parseTagKey(tagKey) === null) {
    throw new AppError('badInput', `${input.tagKey} is not the name of a tag index of ${layout.name}.`);
  }
  return { layout, tagKey };
}

interface PlanFacts {
  readonly index: TagIndex;
  readonly runId: string | null;
  readonly survey: MemberSurvey;
  readonly sample: MemberSample;
}

function preparePlan(parts: PlanParts, input: PurgeTagInput, facts: PlanFacts): PurgeTagPlan {
  const { index, survey, sample } = facts;
  const createdAtMs = parts.clock.nowMs();
  const count = survey.memberCount;
  const tag = formatKey(index.tag);
  const keys = count === 1 ? 'key' : 'keys';
  const content = {
    kind: 'purgeTag',
    targetId: input.targetId,
    environment: parts.environment,
    createdAtMs,
    expiresAtMs: createdAtMs + PLAN_LIFETIME_MS,
    title: `Purge ${formatCount(count)} ${keys} tagged ${tag} in ${parts.environment}`,
    tag,
    tagKey: formatKey(index.tagKey),
    layout: index.layout.id,
    layoutName: index.layout.name,
    memberCount: count,
    existingCount: sample.existingCount,
    bytes: sample.bytes,
    expiringSoonRatio: sample.expiringSoonRatio,
    patterns: preparePatterns(survey.patternCounts),
    sampleKeys: drawSample(survey.sample, SAMPLE_KEYS_SHOWN, parts.random).map(formatKey),
    largestKeys: sample.largest.map(({ key, bytes }) => ({ key: formatKey(key), bytes })),
    isFrozenList: survey.frozenKeys !== null,
    shellCommands: prepareShellCommands(index),
    warning:
      'This cannot be undone: the entries are gone from Redis at once, and the next reader of each goes to the source. ' +
      'Copies in the memory of services (L1) are served until their own TTL ends.',
    confirmation: confirmationFor(count, parts.environment),
    isReasonRequired: count > TYPED_CONFIRMATION_ABOVE_KEYS,
    keysPerSecond: KEYS_PER_SECOND,
  } as const;
  return { ...content, token: parts.token, id: planId(content, facts, parts.random) };
}

function confirmationFor(count: number, environment: string): Confirmation {
  return count > TYPED_CONFIRMATION_ABOVE_KEYS
    ? { kind: 'typed', text: `${environment} ${count}` }
    : { kind: 'click' };
}

/** The rarest first. The dominating pattern is never unusual, however many there are. */
function preparePatterns(counts: ReadonlyMap<string, number>): PurgeTagPlan['patterns'] {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(...counts.values());
  return [...counts]
    .map(([pattern, count]) => ({
      pattern,
      count,
      isUnusual: count < most && count / total < UNUSUAL_RATIO,
    }))
    .toSorted((a, b) => a.count - b.count || (a.pattern < b.pattern ? -1 : 1));
}

function prepareShellCommands(index: TagIndex): readonly string[] {
  if (quoteForShell(index.tagKey) === null) {
    return ['# The name of this tag holds a NUL byte, which no shell can pass to redis-cli.'];
  }
  return index.prepareShellCommands((bytes) => quoteForShell(bytes) ?? "''");
}

/** Covers everything that the plan shows and everything that it will remove, so that the audit log names both. */
function planId(content: object, facts: PlanFacts, random: RandomBytes): string {
  const hash = createHash('sha256').update(random(16)).update(JSON.stringify(content));
  hash.update(facts.index.tagKey).update(facts.runId ?? '');
  for (const key of facts.survey.frozenKeys ?? []) hash.update(`${key.length}:`).update(key);
  return hash.digest('hex').slice(0, 32);
}

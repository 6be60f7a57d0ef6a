import { createHash } from 'node:crypto';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import { type Confirmation, type PurgePlan, TYPED_CONFIRMATION_ABOVE_KEYS } from '#shared/acting/plan.ts';
import type { PurgeInput, PurgeMethod } from '#shared/acting/purgeInput.ts';
import { isRemoval } from '#shared/acting/purgeStages.ts';
import { formatKey } from '#shared/keyText.ts';
import { drawSample, type RandomBytes } from '../drawRandom.ts';
import { formatCount } from '../formatCount.ts';
import { KEYS_PER_SECOND } from '../pace.ts';
import type { ChosenMethod } from './forecast/chooseMethod.ts';
import type { PlanParts } from './planParts.ts';
import type { KeySample } from './sampleKeys.ts';
import { quoteForShell } from './selections/quoteForShell.ts';
import type { Selection } from './selections/selection.ts';
import type { KeySurvey } from './surveyKeys.ts';

/** A pattern below this share is likely caught by accident. Ours: one in fifty is what a glance at a list misses. */
const UNUSUAL_RATIO = 0.02;
const SAMPLE_KEYS_SHOWN = 20;

export interface PlanFacts {
  readonly selection: Selection;
  readonly runId: string | null;
  readonly survey: KeySurvey;
  readonly sample: KeySample;
  readonly chosen: ChosenMethod;
  readonly load: LoadForecast;
  readonly undo: PurgePlan['undo'];
  readonly fence: PurgePlan['fence'];
  /** Share of entries of cachescope/cache among the keys, of a soft purge; null = not looked at. */
  readonly entryRatio: number | null;
}

/** The plan as it is shown, of what was read. */
export function preparePurgePlan(parts: PlanParts, input: PurgeInput, facts: PlanFacts): PurgePlan {
  const { selection, survey, sample, chosen, load, undo, fence } = facts;
  const count = survey.keyCount;
  const content = {
    kind: 'purge',
    targetId: input.targetId,
    environment: parts.environment,
    ...parts.termsOf(count),
    title: titleOf({ count, words: selection.words, method: chosen.method, environment: parts.environment }),
    selection: input.selection,
    subject: selection.subject,
    method: chosen.method,
    whyMethod: chosen.why,
    keyCount: count,
    existingCount: sample.existingCount,
    bytes: sample.bytes,
    expiringSoonRatio: sample.expiringSoonRatio,
    patterns: preparePatterns(survey.patternCounts),
    sampleKeys: drawSample(survey.sample, SAMPLE_KEYS_SHOWN, parts.random).map(formatKey),
    largestKeys: sample.largest.map(({ key, bytes }) => ({ key: formatKey(key), bytes })),
    isFrozenList: survey.frozenKeys !== null,
    shellCommands: prepareShellCommands(selection, chosen.method),
    warning: warningOf(chosen.method, facts),
    confirmation: confirmationFor(count, parts.environment),
    isReasonRequired: count > TYPED_CONFIRMATION_ABOVE_KEYS,
    keysPerSecond: KEYS_PER_SECOND,
    load,
    notes: [...selection.notes(), ...(selection.leaves === undefined ? [] : [selection.leaves])],
    undo,
    fence,
  } as const;
  return { ...content, token: parts.token, id: planId(content, facts, parts.random) };
}

const L1_TOLD =
  'Running services with cachescope/cache are told to drop their copies in memory (L1); those of other libraries may be served until their own TTL ends.';
const L1_WARNING = 'Copies in the memory of services (L1) are served until their own TTL ends.';

function warningOf({ how }: PurgeMethod, { undo, entryRatio }: PlanFacts): string {
  switch (how) {
    case 'now':
      return `The entries are gone from Redis at once, and the next reader of each goes to the source. ${describeUndo(undo)} ${L1_TOLD}`;
    case 'soft':
      return `Entries stay, and are served old until their next reader has had them loaded anew: no answer for data that must not be seen. ${describeOthers(entryRatio)}This cannot be undone. ${L1_TOLD}`;
    case 'staged':
      return `The entries go in stages of 1, 5, 25 and 100 %, and the job waits by itself while the source or Redis suffers; meanwhile old and new values are served side by side. ${describeUndo(undo)} ${L1_TOLD}`;
    case 'spread':
      return `Entries are served until they expire; those without a TTL get one. Stopping the job keeps what is set. ${L1_WARNING}`;
  }
}

/** Empty when all keys that were looked at can be marked. */
function describeOthers(entryRatio: number | null): string {
  if (entryRatio === null || entryRatio === 1) return '';
  return `About ${Math.max(1, Math.round((1 - entryRatio) * 100))} % of the keys are no entries of cachescope/cache and stay as they are. `;
}

function describeUndo(undo: PurgePlan['undo']): string {
  return undo.state === 'kept'
    ? `They can be brought back for ${Math.round(undo.keptMs / 60_000)} min.`
    : `This cannot be undone. ${undo.why}`;
}

interface Titled {
  readonly count: number;
  readonly words: string;
  readonly method: PurgeMethod;
  readonly environment: string;
}

function titleOf({ count, words, method, environment }: Titled): string {
  const keys = `${formatCount(count)} ${count === 1 ? 'key' : 'keys'} ${words}`;
  switch (method.how) {
    case 'now':
      return `Purge ${keys} in ${environment}`;
    case 'soft':
      return `Mark ${keys} as stale in ${environment}`;
    case 'staged':
      return `Purge ${keys} in stages within ${describeSpan(method.overMs)} in ${environment}`;
    case 'spread':
      return `Let ${keys} expire within ${describeSpan(method.overMs)} in ${environment}`;
  }
}

function describeSpan(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

function confirmationFor(count: number, environment: string): Confirmation {
  return count > TYPED_CONFIRMATION_ABOVE_KEYS
    ? { kind: 'typed', text: `${environment} ${count}` }
    : { kind: 'click' };
}

/** The rarest first. The dominating pattern is never unusual, however many there are. */
function preparePatterns(counts: ReadonlyMap<string, number>): PurgePlan['patterns'] {
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

/** Of a removal; a shell has no simple way to spread one, nor to watch the source. */
function prepareShellCommands(selection: Selection, method: PurgeMethod): readonly string[] {
  if (!isRemoval(method)) return [];
  let hasNul = false;
  const lines = selection.prepareShellCommands((bytes) => {
    const word = quoteForShell(bytes);
    hasNul ||= word === null;
    return word ?? "''";
  });
  return hasNul ? ['# A name here holds a NUL byte, which no shell can pass to redis-cli.'] : lines;
}

/** Covers everything that the plan shows and everything that it will touch, so that the audit log names both. */
function planId(content: object, { runId, survey }: PlanFacts, random: RandomBytes): string {
  const hash = createHash('sha256').update(random(16)).update(JSON.stringify(content));
  hash.update(runId ?? '');
  for (const key of survey.frozenKeys ?? []) hash.update(`${key.length}:`).update(key);
  return hash.digest('hex').slice(0, 32);
}

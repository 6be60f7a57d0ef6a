import { createHash } from 'node:crypto';
import type { Clock } from '#server/clock/clock.ts';
import type { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import type { Confirmation, WarmInput, WarmPlan } from '#shared/acting/plan.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import { AppError } from '#shared/errorCodes.ts';
import { safeRateText } from '#shared/services/warmRate.ts';
import type { TermsOf } from '../door/planTerms.ts';
import type { RandomBytes } from '../drawRandom.ts';
import { formatCount } from '../formatCount.ts';
import type { OperatorSession } from '../operatorSession.ts';
import { SAFE_CAPACITY_RATIO } from '../purge/forecast/chooseMethod.ts';
import type { SourceLoad } from '../purge/forecast/forecastLoad.ts';
import { forecastWarm } from './forecastWarm.ts';
import { estimateBytes, judgeRoom } from './judgeRoom.ts';
import type { WarmingTools } from './warmingTools.ts';
import type { WarmWay } from './warmWay.ts';

export interface WarmPlanParts extends Pick<WarmingTools, 'memoryRoom'> {
  readonly session: OperatorSession;
  readonly way: Pick<WarmWay, 'look'>;
  readonly sourceLoad: () => SourceLoad;
  readonly sourceLoads: Pick<SourceLoads, 'vitals'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly token: string;
  readonly termsOf: TermsOf;
}

/** Above this many loads the operator types their count and the environment, and gives a reason. Ours: as of a purge. */
const TYPED_ABOVE_LOADS = 100;

/** What an entry takes besides its load: a look, a lease and a store in Redis. Ours. */
const REDIS_MS = 3;

/**
 * What a warm-up would do, as whoever would do it says. Throws `AppError` notFound when none answers, badInput when
 * it cannot say, sourceOverload where the source would not stand the rate; `RedisFault`.
 */
export async function planWarm(parts: WarmPlanParts, input: WarmInput): Promise<WarmPlan> {
  const { prefix, warmer } = input;
  const { preview, answeredBy, loadCount, hook } = await parts.way.look(parts.session);
  const perSecond = input.perSecond ?? preview.perSecond;
  const { patterns, currentPerSecond, capacityPerSecond } = parts.sourceLoad();
  if (loadCount.high < 1) {
    const all = formatCount(preview.entryCount);
    const why =
      hook === null
        ? `All of the ${all} entries that ${warmer} lists are fresh.`
        : `None of the ${all} keys that were missed most is missing now.`;
    throw new AppError('notFound', `There is nothing to warm. ${why}`);
  }
  checkLoad(perSecond, { currentPerSecond, capacityPerSecond });
  const bytes = estimateBytes(preview, loadCount, patterns);
  const reach = hook === null ? reachOf(preview, parts.sourceLoads.vitals()?.loadMs ?? null) : null;
  const reachedPerSecond = Math.min(perSecond, reach ?? perSecond);
  const count = Math.round(loadCount.value);
  const isOne = count === 1;
  const content = {
    kind: 'warm',
    targetId: input.targetId,
    environment: parts.environment,
    ...parts.termsOf(count),
    title: `Warm ${formatCount(count)} ${hook === null ? `${isOne ? 'entry' : 'entries'} of ${warmer} (${prefix})` : `missed ${isOne ? 'key' : 'keys'} below ${prefix}`} in ${parts.environment}`,
    subject: `${prefix} ${warmer}`,
    ...{ warmer, answeredBy, hook, preview, loadCount, bytes },
    ...{ perSecond, currentPerSecond, capacityPerSecond },
    room: judgeRoom(bytes, parts.memoryRoom()),
    duration: durationOf(loadCount, reachedPerSecond),
    load: forecastWarm({ loadCount, perSecond: reachedPerSecond, currentPerSecond, capacityPerSecond }),
    warning: `${warningOf(preview, hook !== null)}${reachText(preview, { reachedPerSecond, perSecond })}`,
    confirmation: confirmationFor(count, parts.environment),
    isReasonRequired: count > TYPED_ABOVE_LOADS,
  } as const;
  const id = createHash('sha256')
    .update(parts.random(16))
    .update(JSON.stringify(content))
    .digest('hex')
    .slice(0, 32);
  return { ...content, token: parts.token, id };
}

/** Throws `AppError` sourceOverload, with the rate that would do. */
function checkLoad(
  perSecond: number,
  { currentPerSecond, capacityPerSecond }: Pick<SourceLoad, 'currentPerSecond' | 'capacityPerSecond'>,
): void {
  if (capacityPerSecond === null) return;
  const room = SAFE_CAPACITY_RATIO * capacityPerSecond - (currentPerSecond ?? 0);
  if (perSecond <= room) return;
  throw new AppError(
    'sourceOverload',
    `${formatCount(perSecond)} loads a second beside ${formatCount(Math.round(currentPerSecond ?? 0))} of now are more than the source should be asked; ${SAFE_CAPACITY_RATIO * 100} % of the ${formatCount(capacityPerSecond)} that it stands are safe. ${safeRateText(room)}`,
  );
}

/**
 * Loads a second that the lanes of a warmer come to while a load takes its time, and one look and one store in Redis theirs. Null =
 * nobody tells how long a load takes.
 */
function reachOf({ concurrency }: WarmPreview, loadMs: number | null): number | null {
  return loadMs === null ? null : (concurrency * 1_000) / (loadMs + REDIS_MS);
}

function reachText(
  { concurrency }: WarmPreview,
  { reachedPerSecond, perSecond }: { readonly reachedPerSecond: number; readonly perSecond: number },
): string {
  if (reachedPerSecond >= perSecond) return '';
  return ` By what a load takes now, ${formatCount(concurrency)} at one time come to ${formatCount(Math.round(reachedPerSecond))} a second, whatever the rate.`;
}

function durationOf({ value, low, high, isExact }: WarmPlan['loadCount'], perSecond: number) {
  const ms = (count: number): number => (count * 1_000) / perSecond;
  return { value: ms(value), low: ms(low), high: ms(high), isExact };
}

function confirmationFor(count: number, environment: string): Confirmation {
  return count > TYPED_ABOVE_LOADS ? { kind: 'typed', text: `${environment} ${count}` } : { kind: 'click' };
}

function warningOf({ isCut }: WarmPreview, isHook: boolean): string {
  const wait = 'The job waits by itself while the source suffers or Redis evicts keys; what is loaded stays.';
  if (isHook) return `The service is given each key that is missing, and asks the source for it. ${wait}`;
  const cut = isCut ? ' The list is longer than the warmer may go through.' : '';
  return `The source is asked for each entry that is not fresh. ${wait}${cut}`;
}

import type { MissedKey } from '#server/jobs/probe/hottestMissed.ts';
import type { KnownMisses } from '#server/jobs/probe/knownMisses.ts';
import { shownUrl } from '#server/sources/targets/scrapeTarget.ts';
import type { WarmHookFacts } from '#shared/acting/warmHook.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { exact } from '#shared/statistics.ts';
import type { WarmWay } from '../warmWay.ts';
import { findMissing } from './findMissing.ts';
import { runHook } from './hookRun.ts';
import { postKeys, type WarmHook } from './postKeys.ts';

export interface HookWayParts {
  readonly hook: WarmHook;
  /** Null = no probe has looked since this server started. */
  readonly misses: () => KnownMisses | null;
  /** The pattern of a key, given as `formatKey` writes it. */
  readonly patternOf: (keyText: string) => string;
}

/** Loads begun a second unless told otherwise: as of a warmer of our library. */
const PER_SECOND = 50;

interface Missed extends MissedKey {
  readonly key: Buffer;
}

/** A service without our library: it is given the keys that the last live probe saw missed most, as far as they are missing now. */
export function hookWay({ hook, misses, patternOf }: HookWayParts): WarmWay {
  let planned: readonly Buffer[] = [];
  return {
    async look(session) {
      const known = misses();
      if (known === null) {
        throw new AppError(
          'notFound',
          'Which keys are missed most is not known: measure it first by a live probe (page Patterns). Its keys are kept in memory, until this server ends.',
        );
      }
      const listed = missedBelow(known, hook.prefix);
      if (listed.length === 0) {
        throw new AppError(
          'notFound',
          `The last live probe saw no key missed that begins with "${hook.prefix}".`,
        );
      }
      await checkAnswers(hook, 'badInput');
      const missing = await findMissing(
        await session.connection(),
        listed.map(({ key }) => key),
      );
      const left = listed.filter(({ key }) => missing.has(key));
      planned = left.map(({ key }) => key);
      return {
        preview: previewOf(listed, left.length, patternOf),
        answeredBy: new URL(hook.url).host,
        loadCount: exact(left.length),
        hook: factsOf(hook, known, left),
      };
    },
    checkStillAsPlanned: () => checkAnswers(hook, 'planChanged'),
    run: (parts) => runHook({ ...parts, hook, keys: planned }),
  };
}

/** Without a key, so that nothing is loaded. */
async function checkAnswers(hook: WarmHook, code: 'badInput' | 'planChanged'): Promise<void> {
  const posted = await postKeys(hook, { jobId: '', keys: [] });
  if (posted.state !== 'answered') throw new AppError(code, `${posted.why} Nothing was started.`);
}

function missedBelow({ keys }: KnownMisses, prefix: string): readonly Missed[] {
  const start = formatKey(Buffer.from(prefix));
  return keys
    .filter(({ keyText }) => keyText.startsWith(start))
    .map((one) => ({ ...one, key: Buffer.from(parseKey(one.keyText)) }));
}

function previewOf(
  listed: readonly Missed[],
  missingCount: number,
  patternOf: HookWayParts['patternOf'],
): WarmPreview {
  const counts = new Map<string, number>();
  for (const { keyText } of listed) {
    const pattern = patternOf(keyText);
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return {
    ...{ entryCount: listed.length, isCut: false, sampledCount: listed.length },
    freshCount: listed.length - missingCount,
    patterns: [...counts]
      .map(([pattern, count]) => ({ pattern, count }))
      .sort((one, other) => other.count - one.count),
    ...{ perSecond: PER_SECOND, concurrency: 1, stages: [1], jitterRatio: 0 },
  };
}

function factsOf(
  { url }: WarmHook,
  { atMs, attachedMs, missCount }: KnownMisses,
  left: readonly Missed[],
): WarmHookFacts {
  const most = left.reduce((sum, { count }) => sum + count, 0);
  const least = left.reduce((sum, { count, error }) => sum + count - error, 0);
  return {
    ...{ url: shownUrl(url), measuredAtMs: atMs, measuredMs: attachedMs, missCount },
    leastShare: missCount === 0 ? 0 : least / missCount,
    mostShare: missCount === 0 ? 0 : Math.min(1, most / missCount),
  };
}

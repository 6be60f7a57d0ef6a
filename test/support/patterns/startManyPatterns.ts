import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCachescope } from '../startCachescope.ts';
import { startRedis } from '../startRedis.ts';
import { fillPatternHistory } from './fillPatternHistory.ts';

export interface ManyPatterns extends AsyncDisposable {
  readonly url: string;
}

/** The real server over an empty Redis, with a history of so many patterns. */
export async function startManyPatterns(patternCount: number): Promise<ManyPatterns> {
  await using opened = new AsyncDisposableStack();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'cachescope-many-'));
  opened.defer(() => rm(dataDirectory, { recursive: true, force: true }));
  fillPatternHistory(dataDirectory, patternCount, Date.now());
  const redis = opened.use(await startRedis());
  const cachescope = opened.use(await startCachescope({ redisUrl: redis.url, dataDirectory }));
  const rest = opened.move();
  return { url: cachescope.url, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

import { CacheError } from '#cache/cacheError.ts';
import { checkTimerMs } from '#cache/resilience/checkTimerMs.ts';

/** The promise, or a `waitTimeout` for this caller alone; what the promise stands for goes on. Throws `badOptions`. */
export function waitAtMost<Value>(
  promise: Promise<Value>,
  limitMs: number | undefined,
  key: string,
): Promise<Value> {
  if (limitMs === undefined) return promise;
  checkTimerMs('waitTimeoutMs', limitMs);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new CacheError('waitTimeout', `No value within waitTimeoutMs (${limitMs} ms).`, { key }));
    }, limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Why a breaker of cachescope/cache changed its state. */
export const reasonWords: ReadonlyMap<string, string> = new Map([
  ['failures', 'its share of failed calls reached the threshold'],
  ['slowCalls', 'its share of slow calls reached the threshold'],
  ['consecutiveFailures', 'calls failed one after the other'],
  ['probeFailed', 'a probe failed or was slow'],
  ['probesSucceeded', 'all probes were good'],
  ['timeToProbe', 'its wait was over'],
  ['forced', 'an operator forced it, or took that back'],
]);

export type EnvironmentTone = 'env-red' | 'env-blue' | 'env-purple';

/** Colour of the edge of every page: red where damage is real, blue for the demo, purple for all others. The word stands beside it. */
export function environmentTone(environment: string): EnvironmentTone {
  if (/^(prod|live)/i.test(environment)) return 'env-red';
  return /^demo/i.test(environment) ? 'env-blue' : 'env-purple';
}

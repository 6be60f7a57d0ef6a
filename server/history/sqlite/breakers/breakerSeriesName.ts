import type { BreakerName } from '#shared/services/breakerStretch.ts';
import { breakerSourceWords } from '#shared/services/serviceInstance.ts';

/** Whose breaker it is, as one text. */
export function breakerSeriesName({ service, instance, breaker, source }: BreakerName): string {
  return JSON.stringify([service, instance, breaker, source]);
}

/** Null when a newer version wrote it. */
export function parseBreakerName(text: string): BreakerName | null {
  const parts: unknown = JSON.parse(text);
  if (!Array.isArray(parts)) return null;
  const [service, instance, breaker, word]: readonly unknown[] = parts;
  const source = sources().find((one) => one === word);
  if (!isText(service) || !isText(instance) || typeof breaker !== 'string' || source === undefined)
    return null;
  return { service, instance, breaker, source };
}

/** The overload says what `Object.keys` does not. */
function sources(): readonly BreakerName['source'][];
function sources(): readonly string[] {
  return Object.keys(breakerSourceWords);
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

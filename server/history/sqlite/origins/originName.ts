import { OTHER_PATTERN } from '#shared/metricNames.ts';
import {
  type TrafficIdentity,
  type TrafficSourceId,
  trafficSourceIds,
} from '#shared/traffic/trafficSource.ts';
import type { TrafficOrigin, TrafficPoint } from '../../historyStore.ts';

/** Stands for services, versions and patterns past the limit. */
const OTHER = 'other';

/** Origins of a target that are kept apart. A row of one is about 50 bytes an hour. */
const MAX_ORIGINS = 8_000;
/** Beyond the first limit versions are folded, which a deploy brings anew; beyond this one everything but the source. */
const MAX_ORIGINS_WITHOUT_VERSION = 12_000;

/** Labels come from outside; no honest one is longer. */
const MAX_LABEL_LENGTH = 200;

/** Who counted a point; null for one that does not say. */
export function originOf(point: TrafficPoint): TrafficOrigin | null {
  if (point.source === undefined) return null;
  return {
    pattern: point.pattern,
    service: point.service?.slice(0, MAX_LABEL_LENGTH) ?? null,
    version: point.version?.slice(0, MAX_LABEL_LENGTH) ?? null,
    source: point.source,
    identity: point.identity ?? 'pattern',
  };
}

/** What a new origin is counted under when the target already has `count` of them. */
export function foldOrigin(origin: TrafficOrigin, count: number): TrafficOrigin {
  if (count < MAX_ORIGINS) return origin;
  if (count < MAX_ORIGINS_WITHOUT_VERSION) return { ...origin, version: OTHER };
  return { ...origin, pattern: OTHER_PATTERN, service: OTHER, version: OTHER, identity: 'pattern' };
}

/** As the series is named in the file. */
export function originName({ pattern, service, version, source, identity }: TrafficOrigin): string {
  return JSON.stringify([pattern, service, version, source, identity]);
}

/** Null for what this version does not know. */
export function parseOriginName(name: string): TrafficOrigin | null {
  const parts: unknown = JSON.parse(name);
  if (!Array.isArray(parts)) return null;
  const [pattern, service, version, source, identity]: readonly unknown[] = parts;
  if (typeof pattern !== 'string' || !isLabel(service) || !isLabel(version)) return null;
  if (!isSource(source) || !isIdentity(identity)) return null;
  return { pattern, service, version, source, identity };
}

function isLabel(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isSource(value: unknown): value is TrafficSourceId {
  return trafficSourceIds.some((id) => id === value);
}

function isIdentity(value: unknown): value is TrafficIdentity {
  return value === 'pattern' || value === 'cacheName' || value === 'instance';
}

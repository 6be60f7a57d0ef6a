import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import type { Config } from '#server/config/config.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';

/** A directory that goes with the test. */
function ownDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cachescope-data-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A configuration for a server inside the test's own process, on any free port and in a directory of its own. */
export function testConfig(redisPort: number, overrides: Partial<Config> = {}): Config {
  return {
    redis: { host: '127.0.0.1', port: redisPort, database: 0, username: null, password: null, tls: null },
    port: 0,
    host: '127.0.0.1',
    allowedHosts: [],
    isLoginWanted: false,
    isPlainHttpAccepted: false,
    dataDirectory: overrides.dataDirectory ?? ownDirectory(),
    metricsPlaces: [],
    metricsAnnounced: [],
    metricPatterns: new Map(),
    patternTtlsMs: new Map(),
    sourceCapacityPerSecond: null,
    eventStreams: [DEFAULT_EVENT_STREAM],
    controlSecret: null,
    warmHooks: [],
    metricMappings: [],
    prometheus: null,
    patterns: [],
    areValuesShown: false,
    hiddenNames: [],
    environment: 'test',
    secondApproverAboveKeys: null,
    isReadOnly: false,
    ...overrides,
  };
}

export const testSurroundings = {
  clock: systemClock(),
  random: Math.random,
  version: '0.0.0-test',
  log: () => {},
  announce: () => {},
};

import type { ProbeRecords } from '#server/jobs/probe/probeRecords.ts';
import type { ProbeTools } from '#server/jobs/probe/probeTools.ts';
import { noCounts } from '#server/redis/probe/monitorMessages.ts';
import type { MonitorStreamOptions } from '#server/redis/probe/openMonitorStream.ts';
import type { ProbeControl } from '#server/redis/probe/openProbeControl.ts';
import { openOwnAddresses } from '#server/redis/probe/ownAddresses.ts';
import type { RedisFault } from '#server/redis/redisConnection.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { virtualClock } from './virtualClock.ts';

const OWN_ADDRESS = '127.0.0.1:40000';

/** A Redis as a probe meets it. What a test sets holds from the next command on. */
export interface FakeProbedRedis {
  readonly tools: ProbeTools;
  readonly reports: string[];
  setting: string;
  version: string;
  isCluster: boolean;
  commandsPerSecond: number;
  /** How long a PING takes, by its number since the start. */
  pingMs: (number: number) => number;
  /** False: nothing that Redis writes to the monitor is read any more. */
  isRead: boolean;
  /** Fails what is asked next of the control connection; null = nothing. */
  fault: RedisFault | null;
  /** What CONFIG SET is answered with: done, or OK without a change as some services do. */
  isSettable: boolean;
  openCount: number;
}

/** Bytes of one look-up as MONITOR writes it here. */
export const FAKE_LINE_BYTES = 100;

export function fakeProbedRedis(): FakeProbedRedis {
  const clock = virtualClock();
  const addresses = openOwnAddresses();
  addresses.add(OWN_ADDRESS);
  let pingCount = 0;
  let stream: Pick<MonitorStreamOptions, 'mark' | 'sink'> | null = null;
  let counts = noCounts;

  const redis: FakeProbedRedis = {
    reports: [],
    setting: '',
    version: '7.0.15',
    isCluster: false,
    commandsPerSecond: 1_000,
    pingMs: () => 1,
    isRead: true,
    fault: null,
    isSettable: true,
    openCount: 0,
    tools: {
      async openControl() {
        if (redis.fault !== null) throw redis.fault;
        redis.openCount += 1;
        return control;
      },
      async openStream(options) {
        stream = options;
        counts = noCounts;
        const close = (): void => {
          stream = null;
        };
        return { ended: new Promise(() => {}), counts: () => counts, close };
      },
      addresses,
      address: '127.0.0.1:6379',
      learner: createPatternLearner(),
      records: memoryProbeRecords(),
      clock,
      report: (text) => void redis.reports.push(text),
    },
  };

  /** A look-up of a service that the monitor sees, every 10 PINGs one that missed. */
  function comeBy(text: string): void {
    if (stream === null || !redis.isRead) return;
    const lines = Math.ceil(redis.commandsPerSecond / 100);
    counts = {
      ...counts,
      lineCount: counts.lineCount + lines,
      byteCount: counts.byteCount + lines * FAKE_LINE_BYTES,
      lookupCount: counts.lookupCount + 1,
    };
    stream.sink.onLookup(`shop:product:${pingCount}`, pingCount % 10 === 0);
    const number = Number(text.slice(stream.mark.length));
    if (text.startsWith(stream.mark)) stream.sink.onMark(number, OWN_ADDRESS);
  }

  function checkFault(): void {
    if (redis.fault !== null) throw redis.fault;
  }

  const control: ProbeControl = {
    async ping(text) {
      checkFault();
      pingCount += 1;
      await clock.pause(redis.pingMs(pingCount));
      comeBy(text);
    },
    async readSetting() {
      checkFault();
      return redis.setting;
    },
    async writeSetting(value) {
      checkFault();
      if (redis.isSettable) redis.setting = value;
    },
    async readLoad() {
      checkFault();
      const seconds = clock.elapsedMs() / 1_000;
      return {
        version: redis.version,
        runId: 'run-1',
        isCluster: redis.isCluster,
        commandCount: seconds * redis.commandsPerSecond,
        inputBytes: seconds * redis.commandsPerSecond * 40,
        missCount: seconds * redis.commandsPerSecond * 0.1,
      };
    },
    checkPermitted: async () => checkFault(),
    close() {},
  };
  return redis;
}

function memoryProbeRecords(): ProbeRecords {
  let intent: ReturnType<ProbeRecords['readIntent']> = null;
  let result: ReturnType<ProbeRecords['readResult']> = null;
  return {
    writeIntent(next) {
      intent = next;
    },
    readIntent: () => intent,
    clearIntent() {
      intent = null;
    },
    saveResult(next) {
      result = next;
    },
    readResult: () => result,
  };
}

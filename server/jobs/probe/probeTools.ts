import type { Clock } from '#server/clock/clock.ts';
import type { MonitorStream, MonitorStreamOptions } from '#server/redis/probe/openMonitorStream.ts';
import type { ProbeControl } from '#server/redis/probe/openProbeControl.ts';
import type { OwnAddresses } from '#server/redis/probe/ownAddresses.ts';
import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import type { ProbeRecords } from './probeRecords.ts';

/** What the probe works with. The connections are opened for a plan or a run, and closed with it. */
export interface ProbeTools {
  /** Throws `RedisFault`. */
  readonly openControl: () => Promise<ProbeControl>;
  /** Throws `RedisFault`. */
  readonly openStream: (options: Pick<MonitorStreamOptions, 'mark' | 'sink'>) => Promise<MonitorStream>;
  readonly addresses: OwnAddresses;
  /** `host:port` of the Redis. */
  readonly address: string;
  readonly learner: Pick<PatternLearner, 'learn' | 'canonical'>;
  readonly records: ProbeRecords;
  readonly clock: Clock;
  /** Told of a setting that was put back, or could not be, outside of a job. */
  readonly report: (text: string) => void;
}

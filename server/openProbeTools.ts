import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { Config } from './config/config.ts';
import type { HistoryStore } from './history/historyStore.ts';
import { openProbeRecords } from './jobs/probe/probeRecords.ts';
import type { ProbeTools } from './jobs/probe/probeTools.ts';
import type { LookupLedger } from './redis/lookupLedger.ts';
import { openMonitorStream } from './redis/probe/openMonitorStream.ts';
import { openProbeControl } from './redis/probe/openProbeControl.ts';
import type { ServerSurroundings } from './serverSurroundings.ts';

/** Longest wait for an answer: a Redis that takes longer is not one to attach MONITOR to. */
const TIMEOUT_MS = 1_000;

export interface ProbeSurroundings extends ServerSurroundings {
  readonly learner: PatternLearner;
  readonly ledger: LookupLedger;
  readonly history: HistoryStore;
}

/** What the probe needs of the server around it. */
export function openProbeTools(config: Config, around: ProbeSurroundings): ProbeTools {
  const { clock, learner, ledger, history, log } = around;
  const { addresses } = ledger;
  const settings = config.redis;
  const connect = { settings, addresses, timeoutMs: TIMEOUT_MS };
  return {
    openControl: () => openProbeControl(connect),
    openStream: (options) => openMonitorStream({ ...connect, ...options }),
    addresses,
    address: `${settings.host}:${settings.port}`,
    learner,
    records: openProbeRecords(config.dataDirectory),
    clock,
    report(text) {
      log(text);
      history.recordMark(DEFAULT_TARGET_ID, { atMs: clock.nowMs(), kind: 'note', text });
    },
  };
}

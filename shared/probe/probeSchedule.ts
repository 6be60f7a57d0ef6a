/** When MONITOR is attached: `attachMs` in every `everyMs`, until `totalMs` have passed. */
export interface ProbeSchedule {
  readonly id: ProbeScheduleId;
  readonly attachMs: number;
  readonly everyMs: number;
  readonly totalMs: number;
}

export const probeScheduleIds = ['bursts', 'window2s', 'window10s', 'window30s', 'window60s'] as const;
export type ProbeScheduleId = (typeof probeScheduleIds)[number];

export const DEFAULT_PROBE_SCHEDULE: ProbeScheduleId = 'window10s';

/** Ours: at most a minute, since a server at its limit feels each second; bursts cost next to nothing on average. */
export const probeSchedules: Readonly<Record<ProbeScheduleId, ProbeSchedule>> = {
  bursts: { id: 'bursts', attachMs: 200, everyMs: 5_000, totalMs: 60_000 },
  window2s: { id: 'window2s', attachMs: 2_000, everyMs: 2_000, totalMs: 2_000 },
  window10s: { id: 'window10s', attachMs: 10_000, everyMs: 10_000, totalMs: 10_000 },
  window30s: { id: 'window30s', attachMs: 30_000, everyMs: 30_000, totalMs: 30_000 },
  window60s: { id: 'window60s', attachMs: 60_000, everyMs: 60_000, totalMs: 60_000 },
};

/** In words, such as `10 s` and `200 ms every 5 s for 1 min`. */
export const probeScheduleTexts: Readonly<Record<ProbeScheduleId, string>> = {
  bursts: '200 ms every 5 s for 1 min',
  window2s: '2 s',
  window10s: '10 s',
  window30s: '30 s',
  window60s: '1 min',
};

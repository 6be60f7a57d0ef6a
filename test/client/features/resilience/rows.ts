import type { Instance, ResilienceAnswer } from '#client/features/resilience/resilienceModel.ts';

export function answer(...instances: readonly Instance[]): ResilienceAnswer {
  return {
    span: { fromMs: 0, toMs: 240_000 },
    nowMs: 100_000,
    announcements: { state: 'working', lastOkAtMs: 99_000, detail: '', leftOutCount: 0 },
    connection: { state: 'connected', sinceMs: 0, detail: '', lastReadAtMs: 99_000 },
    instances: [...instances],
    isAnySourceRead: true,
    grid: { fromMs: 0, stepMs: 1_000, count: 240 },
    strips: [],
    goneCount: 0,
    loss: { state: 'unknown', reason: 'notConfigured', detail: 'No service tells its look-ups.' },
    marks: [],
  };
}

import type { Incident } from './incident.ts';

const DELAY_MS = 200;

/** The network is far or crowded: each reply of Redis comes late, and none is lost. */
export const redisSlow: Incident = {
  name: 'redis-slow',
  title: `each reply of Redis reaches the services ${DELAY_MS} ms late: breakers open by slow calls, none failed`,
  start: async ({ lines }) => {
    for (const line of lines.values()) line.delay(DELAY_MS);
  },
  stop: async ({ lines }) => {
    for (const line of lines.values()) line.delay(0);
  },
};

import type { Incident } from './incident.ts';

/** Redis keeps its connections and answers nothing, as on a host that swaps or stalls. */
export const redisHang: Incident = {
  name: 'redis-hang',
  title: 'redis-server keeps its connections and answers nothing until the incident is stopped',
  start: async ({ redis }) => redis.hang(),
  stop: async ({ redis }) => redis.resume(),
};

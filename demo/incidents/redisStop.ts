import type { Incident } from './incident.ts';

/** Redis dies with all it held; the services go to the source. Stopping the incident starts it again, empty. */
export const redisStop: Incident = {
  name: 'redis-stop',
  title: 'redis-server is killed; it comes back empty when the incident is stopped',
  start: ({ redis }) => redis.kill(),
  stop: ({ redis }) => redis.start(),
};

import type { ReadingWay } from '#shared/services/serviceInstance.ts';

export const wayWords: Readonly<Record<ReadingWay, string>> = {
  http: 'HTTP',
  redis: 'Redis',
  prometheus: 'Prometheus',
  command: 'HTTP (asked)',
};

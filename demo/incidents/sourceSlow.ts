import type { Incident } from './incident.ts';

const SLOWDOWN = 12;

/** The database is busy with something else: each query takes longer, and others stand in line. */
export const sourceSlow: Incident = {
  name: 'source-slow',
  title: `the shop's database takes ${SLOWDOWN} times as long: loads get slow, and a purge in stages waits`,
  start: async ({ shop }) => shop.source.slowDown(SLOWDOWN),
  stop: async ({ shop }) => shop.source.slowDown(1),
};

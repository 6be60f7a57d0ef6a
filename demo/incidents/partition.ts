import type { Incident } from './incident.ts';

/** Which instance it is of. */
const CUT_OFF = 'catalog-2';

/** One host cannot reach Redis any more, and all others can. */
export const partition: Incident = {
  name: 'partition',
  title: `the network between Redis and ${CUT_OFF} is cut: its breaker opens, and no other`,
  start: async ({ lines }) => lines.get(CUT_OFF)?.cut(),
  stop: async ({ lines }) => lines.get(CUT_OFF)?.mend(),
};

import type { BreakerConvention } from '../breakerConvention.ts';
import type { BreakerEvents } from '../instanceReading.ts';

const METRIC = 'circuit';

const events: ReadonlyMap<string | undefined, keyof BreakerEvents> = new Map([
  ['open', 'openedCount'],
  ['close', 'closedCount'],
  ['success', 'succeededCount'],
  ['reject', 'rejectedCount'],
]);

/**
 * opossum-prometheus counts events and has no gauge of the state, and `halfOpen` is not among them: the state follows from
 * which event came last. Source: index.js of 0.3.0; without a `metricPrefix`.
 */
export const opossumBreakers: BreakerConvention = {
  metricNames: [METRIC],
  labels: ['name', 'event'],
  read: ({ name, labels, value }) => {
    const event = events.get(labels.get('event'));
    const circuit = labels.get('name');
    if (name !== METRIC || event === undefined || circuit === undefined) return null;
    return { name: circuit, source: 'opossum', sign: { kind: 'event', event, count: value } };
  },
};

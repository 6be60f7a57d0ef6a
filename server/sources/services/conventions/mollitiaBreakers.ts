import type { BreakerState } from '#shared/services/breakerState.ts';
import type { BreakerConvention } from '../breakerConvention.ts';

const METRIC = 'breaker_state';

const states: ReadonlyMap<string | undefined, BreakerState> = new Map([
  ['closed', 'closed'],
  ['opened', 'open'],
  ['half-opened', 'halfOpen'],
]);

/** mollitia's gauge, one-hot. Its rates are left out, since it does not say in which unit they are. Source: mollitia PR 20. */
export const mollitiaBreakers: BreakerConvention = {
  metricNames: [METRIC],
  labels: ['name', 'circuit', 'state'],
  read: ({ name, labels, value }) => {
    const state = states.get(labels.get('state'));
    if (name !== METRIC || state === undefined) return null;
    return {
      name: labels.get('name') ?? labels.get('circuit') ?? 'circuit',
      source: 'mollitia',
      sign: { kind: 'state', state, isOn: value === 1 },
    };
  },
};

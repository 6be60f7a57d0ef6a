import type { BreakerState } from '#shared/services/breakerState.ts';
import type { BreakerConvention } from '../breakerConvention.ts';

const METRIC = 'cockatiel_circuit_state';

/** `CircuitState` of cockatiel 3: Closed, Open, HalfOpen, Isolated (held open by hand). */
const states: readonly BreakerState[] = ['closed', 'open', 'halfOpen', 'forcedOpen'];

/**
 * cockatiel has no exporter. A gauge of this name with `policy.state` as its value is read as cockatiel numbers its states;
 * numbers of others differ, so no other name is taken for one.
 */
export const cockatielBreakers: BreakerConvention = {
  metricNames: [METRIC],
  labels: ['name'],
  read: ({ name, labels, value }) => {
    const state = states[value];
    if (name !== METRIC || state === undefined) return null;
    return {
      name: labels.get('name') ?? 'circuit',
      source: 'cockatiel',
      sign: { kind: 'state', state, isOn: true },
    };
  },
};

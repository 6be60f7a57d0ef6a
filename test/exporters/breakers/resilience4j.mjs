import { Counter, Gauge, register } from 'prom-client';
import { act, serveBreaker } from './serveBreaker.mjs';

// prom-client with the names and labels of resilience4j's TaggedCircuitBreakerMetrics, over a breaker that counts failures in a row.
const states = ['closed', 'disabled', 'forced_open', 'half_open', 'metrics_only', 'open'];
let state = 'closed';
let failedCount = 0;
let openedAtMs = 0;

const stateGauge = new Gauge({
  name: 'resilience4j_circuitbreaker_state',
  help: 'The states of the circuit breaker',
  labelNames: ['name', 'state'],
  collect() {
    for (const one of states) this.set({ name: 'stock', state: one }, one === state ? 1 : 0);
  },
});
const failureRate = new Gauge({
  name: 'resilience4j_circuitbreaker_failure_rate',
  help: 'The failure rate of the circuit breaker',
  labelNames: ['name'],
});
const notPermitted = new Counter({
  name: 'resilience4j_circuitbreaker_not_permitted_calls_total',
  help: 'Total number of not permitted calls',
  labelNames: ['name', 'kind'],
});
stateGauge.reset();
// -1 as long as there are too few calls, as resilience4j says it.
failureRate.set({ name: 'stock' }, -1);

async function call(/** @type {boolean} */ isFailing) {
  if (state === 'open' && Date.now() - openedAtMs < 500) {
    notPermitted.inc({ name: 'stock', kind: 'not_permitted' });
    throw new Error('not permitted');
  }
  if (state === 'open') state = 'half_open';
  try {
    await act(isFailing);
    [state, failedCount] = ['closed', 0];
    failureRate.set({ name: 'stock' }, 0);
  } catch (error) {
    failedCount += 1;
    if (failedCount >= 5) {
      [state, openedAtMs] = ['open', Date.now()];
      failureRate.set({ name: 'stock' }, 100);
    }
    throw error;
  }
}

serveBreaker({ contentType: register.contentType, page: () => register.metrics(), call });

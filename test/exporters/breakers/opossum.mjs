import CircuitBreaker from 'opossum';
import PrometheusMetrics from 'opossum-prometheus';
import { act, serveBreaker } from './serveBreaker.mjs';

const circuit = new CircuitBreaker(act, { name: 'mail', volumeThreshold: 5, resetTimeout: 500 });
const prometheus = new PrometheusMetrics({ circuits: [circuit] });

serveBreaker({
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  page: () => prometheus.metrics,
  call: (isFailing) => circuit.fire(isFailing),
});

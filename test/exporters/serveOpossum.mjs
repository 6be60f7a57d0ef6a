import CircuitBreaker from 'opossum';
import PrometheusMetrics from 'opossum-prometheus';
import { serveExporter } from './serveExporter.mjs';

/** @type {Map<string, CircuitBreaker>} */
const circuits = new Map();
const prometheus = new PrometheusMetrics();

function openCircuit(/** @type {string} */ name) {
  const known = circuits.get(name);
  if (known !== undefined) return known;
  const circuit = new CircuitBreaker(
    async (/** @type {number} */ _id, /** @type {() => string} */ load) => load(),
    {
      name,
      cache: true,
      cacheTTL: 600_000,
      cacheGetKey: (/** @type {number} */ id) => String(id),
    },
  );
  circuits.set(name, circuit);
  prometheus.add(circuit);
  return circuit;
}

serveExporter({
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  page: () => prometheus.metrics,
  openFamily: (family) => (id, load) => openCircuit(family).fire(id, load),
});

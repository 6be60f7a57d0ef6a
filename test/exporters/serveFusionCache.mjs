import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { serveExporter } from './serveExporter.mjs';

// OpenTelemetry's SDK and Prometheus exporter with the meters, names and attributes of FusionCache's Metrics.cs and Tags.cs.
const exporter = new PrometheusExporter({ preventServerStart: true });
const provider = new MeterProvider({ readers: [exporter] });
const cacheMeter = provider.getMeter('ZiggyCreatures.Caching.Fusion');
const memoryMeter = provider.getMeter('ZiggyCreatures.Caching.Fusion.Memory');
const distributedMeter = provider.getMeter('ZiggyCreatures.Caching.Fusion.Distributed');
const counters = {
  hit: cacheMeter.createCounter('fusioncache.cache.hit'),
  miss: cacheMeter.createCounter('fusioncache.cache.miss'),
  set: cacheMeter.createCounter('fusioncache.cache.set'),
  memoryHit: memoryMeter.createCounter('fusioncache.memory.hit'),
  memoryMiss: memoryMeter.createCounter('fusioncache.memory.miss'),
  distributedMiss: distributedMeter.createCounter('fusioncache.distributed.miss'),
};
/** @type {Map<string, Map<number, string>>} */
const caches = new Map();

function openCache(/** @type {string} */ name) {
  const own = { 'fusioncache.cache.name': name };
  const entries = caches.get(name) ?? new Map();
  caches.set(name, entries);
  return (/** @type {number} */ id, /** @type {() => string} */ load) => {
    if (entries.has(id)) {
      counters.memoryHit.add(1, { ...own, 'fusioncache.stale': id % 2 === 0 });
      counters.hit.add(1, { ...own, 'fusioncache.stale': id % 2 === 0 });
      return;
    }
    counters.memoryMiss.add(1, own);
    counters.distributedMiss.add(1, own);
    counters.miss.add(1, own);
    entries.set(id, load());
    counters.set.add(1, own);
  };
}

serveExporter({
  contentType: 'text/plain; version=0.0.4',
  page: async () => {
    const { promise, resolve } = Promise.withResolvers();
    exporter.getMetricsRequestHandler(undefined, {
      setHeader() {},
      end: resolve,
    });
    return promise;
  },
  openFamily: openCache,
});

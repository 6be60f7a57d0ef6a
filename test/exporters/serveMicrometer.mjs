import { Counter, Gauge, register } from 'prom-client';
import { serveExporter } from './serveExporter.mjs';

// prom-client with the names and labels of Micrometer's CacheMeterBinder, as Spring Boot's CacheMetricsRegistrar tags them.
const labels = { application: 'shop', cache_manager: 'cacheManager' };
const gets = new Counter({
  name: 'cache_gets_total',
  help: 'The number of times cache lookup methods have returned a cached or uncached value.',
  labelNames: ['application', 'cache', 'cache_manager', 'name', 'result'],
});
const puts = new Counter({
  name: 'cache_puts_total',
  help: 'The number of entries added to the cache',
  labelNames: ['application', 'cache', 'cache_manager', 'name'],
});
const size = new Gauge({
  name: 'cache_size',
  help: 'The number of entries in this cache. This may be an approximation, depending on the type of cache.',
  labelNames: ['application', 'cache', 'cache_manager', 'name'],
});
/** @type {Map<string, Map<number, string>>} */
const caches = new Map();

function openCache(/** @type {string} */ cache) {
  const own = { ...labels, cache, name: cache };
  const entries = caches.get(cache) ?? new Map();
  caches.set(cache, entries);
  return (/** @type {number} */ id, /** @type {() => string} */ load) => {
    gets.inc({ ...own, result: entries.has(id) ? 'hit' : 'miss' });
    // RedisCacheMetrics counts look-ups whose answer is on its way; such a one is counted again once it has arrived.
    gets.inc({ ...own, result: 'pending' });
    if (entries.has(id)) return;
    entries.set(id, load());
    puts.inc(own);
    size.set(own, entries.size);
  };
}

serveExporter({ contentType: register.contentType, page: () => register.metrics(), openFamily: openCache });

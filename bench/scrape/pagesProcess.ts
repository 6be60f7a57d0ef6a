import { createServer } from 'node:http';

// Serves the pages of many instances of our library, each below a path of its own, with counters that rise. A process
// apart, so that what it costs is not counted with the reader.
const [seriesCount = 500, targetsPerService = 10] = process.argv.slice(2).map(Number);
const SERIES_PER_PATTERN = 5;
const startedMs = performance.now();

function page(number: number): string {
  const service = `service${Math.floor(number / targetsPerService)}`;
  const lookups = Math.round(performance.now() - startedMs);
  let text = `cache_client_info{service="${service}",instance="${service}-${number}",version="1"} 1\n`;
  for (let at = 0; at < seriesCount / SERIES_PER_PATTERN; at += 1) {
    const labels = `cache="${service}",key_pattern="${service}:kind${at}:{id}"`;
    text += `cache_gets_total{${labels},result="hit"} ${lookups * 4}
cache_gets_total{${labels},result="miss"} ${lookups}
cache_puts_total{${labels}} ${lookups}
cache_load_duration_seconds_count{${labels}} ${lookups}
cache_load_duration_seconds_sum{${labels}} ${lookups / 100}
`;
  }
  return text;
}

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
  response.end(page(Number(request.url?.slice(1))));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : null);
});

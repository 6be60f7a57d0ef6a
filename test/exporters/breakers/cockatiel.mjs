import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { register } from 'prom-client';
import { act, serveBreaker } from './serveBreaker.mjs';

/** The lines that the guide gives, as they stand there: from within node_modules, so that they find the same prom-client. */
async function importFromGuide() {
  const guide = await readFile(new URL('../../../docs/guides/resilience.md', import.meta.url), 'utf8');
  const [, code = ''] = /^```js breakerMetrics.mjs\n(.*?)^```$/ms.exec(guide) ?? [];
  const directory = new URL('../node_modules/.guide/', import.meta.url);
  const file = new URL(`breakerMetrics-${process.pid}.mjs`, directory);
  await mkdir(directory, { recursive: true });
  await writeFile(file, code);
  return import(file.href);
}

const { showBreaker } = await importFromGuide();
const policy = circuitBreaker(handleAll, { halfOpenAfter: 500, breaker: new ConsecutiveBreaker(5) });
showBreaker('search', policy);

serveBreaker({
  contentType: register.contentType,
  page: () => register.metrics(),
  call: (isFailing) => policy.execute(() => act(isFailing)),
});

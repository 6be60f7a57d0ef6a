import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../freePort.ts';
import { endProcess } from '../redis/redisProcess.ts';
import { startServerProcess } from './startServerProcess.ts';

export interface TestPrometheus extends AsyncDisposable {
  readonly url: string;
}

export interface PrometheusOptions {
  /** `host:port` of what it scrapes each second, by job. */
  readonly jobs: Readonly<Record<string, readonly string[]>>;
  /** Further lines of its web configuration, such as users. */
  readonly webConfig?: string;
}

/** A real Prometheus server on a free port, with its data in a directory of its own. */
export async function startPrometheus({ jobs, webConfig = '' }: PrometheusOptions): Promise<TestPrometheus> {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-prometheus-'));
  const hostAndPort = `127.0.0.1:${await freePort()}`;
  const config = join(directory, 'prometheus.yml');
  const web = join(directory, 'web.yml');
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: Object.entries(jobs).map(([job, targets]) => ({
        job_name: job,
        static_configs: [{ targets }],
      })),
    }),
  );
  await writeFile(web, webConfig);
  const child = await startServerProcess({
    name: 'a Prometheus server',
    variable: 'PROMETHEUS',
    args: [
      `--config.file=${config}`,
      `--web.config.file=${web}`,
      `--web.listen-address=${hostAndPort}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
    ],
    readyUrl: `http://${hostAndPort}/-/ready`,
  });
  return {
    url: `http://${hostAndPort}`,
    [Symbol.asyncDispose]: async () => {
      await endProcess(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

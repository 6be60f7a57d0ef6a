import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { ShopSize } from '#demo/source/shopSize.ts';
import { startDemo } from '#demo/startDemo.ts';

/** A small shop in this process, without the page unless a program for it is given. */
export interface TestDemoOptions {
  readonly pageProgram?: string;
  readonly sourceCapacityPerSecond?: number;
  readonly size?: ShopSize;
  readonly visitsPerSecond?: number;
  readonly instancesPerService?: number;
}

export async function startTestDemo({ pageProgram, ...more }: TestDemoOptions = {}) {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cachescope-demo-test-'));
  const lines: string[] = [];
  const demo = await startDemo({
    dataDirectory,
    pagePort: pageProgram === undefined ? null : 0,
    ...(pageProgram === undefined ? {} : { pageProgram }),
    env: process.env,
    print: (line) => void lines.push(line),
    size: { productCount: 2_000, userCount: 500 },
    visitsPerSecond: 40,
    // The services and not their number: each instance costs a share of the machine.
    instancesPerService: 1,
    ...more,
  });
  const redis = new Redis(demo.control.redisUrl, { disableClientInfo: true, retryStrategy: () => 50 });
  redis.on('error', () => {});
  return {
    demo,
    control: demo.control,
    redis,
    dataDirectory,
    lines,
    [Symbol.asyncDispose]: async () => {
      redis.disconnect();
      await demo.stop();
    },
  };
}

export interface Counts {
  hits: number;
  misses: number;
}

/** Hits and misses by pattern, as the services' metrics say. */
export async function readMetricCounts(metricsUrls: readonly string[]): Promise<Record<string, Counts>> {
  const counts: Record<string, Counts> = {};
  for (const line of (await readMetricLines(metricsUrls)).filter((text) =>
    text.startsWith('cache_gets_total{'),
  )) {
    const pattern = /key_pattern="([^"]*)"/.exec(line)?.[1] ?? '';
    const entry = counts[pattern] ?? { hits: 0, misses: 0 };
    counts[pattern] = entry;
    entry[line.includes('result="hit"') ? 'hits' : 'misses'] += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return counts;
}

export async function readMetricLines(metricsUrls: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(metricsUrls.map(async (url) => (await fetch(url)).text()));
  return texts.join('\n').split('\n');
}

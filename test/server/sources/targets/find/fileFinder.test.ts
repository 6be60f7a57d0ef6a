import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileFinder } from '#server/sources/targets/find/fileFinder.ts';
import { noAccess } from '#server/sources/targets/scrapeTarget.ts';

async function targetFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-targets-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'targets.json');
}

test('reads the file anew at each look', async () => {
  const path = await targetFile();
  const finder = fileFinder({ path, access: noAccess });
  await expect(finder.find()).rejects.toThrow('The file cannot be read (ENOENT).');
  await writeFile(path, '[{"targets":["a:1"]}]');
  expect((await finder.find()).targets.map(({ url }) => url)).toEqual(['http://a:1/metrics']);
  await writeFile(path, '[{"targets":["b:1"]}]');
  expect((await finder.find()).targets.map(({ url }) => url)).toEqual(['http://b:1/metrics']);
  await writeFile(path, '[{"targets":');
  await expect(finder.find()).rejects.toThrow('The file is no JSON.');
  await writeFile(path, ' '.repeat(1024 * 1024 + 1));
  await expect(finder.find()).rejects.toThrow('larger than 1 MB');
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const assets = fileURLToPath(new URL('../../dist/page/assets', import.meta.url));

test('each script and style of the built page stands there as gzip of the very same bytes', async () => {
  const names = await readdir(assets);
  const plain = names.filter((name) => /\.(js|css|svg)$/.test(name));
  expect(plain.length).toBeGreaterThan(10);
  for (const name of plain) {
    const unpacked = gunzipSync(await readFile(join(assets, `${name}.gz`)));
    expect(unpacked.equals(await readFile(join(assets, name)))).toBe(true);
  }
});

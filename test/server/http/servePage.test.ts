import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { servePage } from '#server/http/servePage.ts';

let directory: string;
let app: FastifyInstance;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'cachescope-page-')), 'page');
  await mkdir(join(directory, 'assets'), { recursive: true });
  app = fastify();
});

afterEach(async () => {
  await app.close();
  await rm(join(directory, '..'), { recursive: true, force: true });
});

async function serveBuilt(): Promise<void> {
  await writeFile(join(directory, 'index.html'), '<!doctype html>the page');
  await writeFile(join(directory, 'assets', 'a-1.js'), 'first');
  await servePage(app, directory, { isLoginNeeded: false });
}

test('serves the document for every route of the page, and never lets it be kept', async () => {
  await serveBuilt();
  for (const url of ['/', '/patterns', '/pattern?pattern=a.b']) {
    const answer = await app.inject({ url });
    expect(answer.body).toContain('the page');
    expect(answer.headers['cache-control']).toBe('no-cache');
  }
});

test('sends what the build compressed to browsers that take it, and the same uncompressed to others', async () => {
  await writeFile(join(directory, 'assets', 'a-1.js.gz'), gzipSync('first'));
  await serveBuilt();
  const url = '/assets/a-1.js';
  const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
  expect(packed.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-type': expect.stringContaining('javascript'),
    'cache-control': expect.stringContaining('immutable'),
  });
  expect(gunzipSync(packed.rawPayload).toString()).toBe('first');
  const plain = await app.inject({ url, headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body).toBe('first');
});

test.each(['/', '/patterns', '/?from=1'])('tells the page at %s that a login is needed', async (url) => {
  await writeFile(join(directory, 'index.html'), '<meta name="cachescope-login" content="none" />');
  await servePage(app, directory, { isLoginNeeded: true });
  const answer = await app.inject({ url });
  expect(answer.body).toBe('<meta name="cachescope-login" content="needed" />');
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-cache',
    'content-type': 'text/html; charset=utf-8',
  });
});

test('lets assets be kept for ever, since their names change with them', async () => {
  await serveBuilt();
  const answer = await app.inject({ url: '/assets/a-1.js' });
  expect(answer.headers['cache-control']).toContain('immutable');
});

test('serves the assets of a build made while it runs', async () => {
  await serveBuilt();
  await writeFile(join(directory, 'assets', 'b-2.js'), 'second');
  expect((await app.inject({ url: '/assets/b-2.js' })).body).toBe('second');
});

test.each([
  '/assets/none.js',
  '/api/none',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/..%5csecret.txt',
  '/assets/..%252f..%252fsecret.txt',
])('answers 404 or a refusal to %s, and nothing from outside of the page', async (url) => {
  await serveBuilt();
  await writeFile(join(directory, '..', 'secret.txt'), 'secret');
  const answer = await app.inject({ url });
  expect([400, 403, 404]).toContain(answer.statusCode);
  expect(answer.body).not.toContain('secret');
});

test('without a built page says how to build it', async () => {
  await servePage(app, directory, { isLoginNeeded: false });
  const answer = await app.inject({ url: '/' });
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain('npm run build:page');
});

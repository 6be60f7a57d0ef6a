import { createServer, type RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { scrapeMetrics } from '#server/sources/scrapeMetrics.ts';
import { freePort } from '#test/support/freePort.ts';

const nowMs = () => 42;

async function serve(listener: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const port = await freePort();
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('scrapeMetrics', () => {
  test('reads a page', async () => {
    await using page = await serve((_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      response.end('a{b="c"} 1\nbroken{\n');
    });
    expect(await scrapeMetrics(page.url, { nowMs })).toEqual({
      state: 'up',
      atMs: 42,
      samples: [{ name: 'a', labels: new Map([['b', 'c']]), value: 1 }],
      problem: '1 line could not be read; the first is line 2.',
    });
  });

  test('is down when nobody listens', async () => {
    const scrape = await scrapeMetrics(`http://127.0.0.1:${await freePort()}/`, { nowMs });
    expect(scrape).toEqual({ state: 'down', atMs: 42, detail: 'It cannot be reached (ECONNREFUSED).' });
  });

  test.each<[string, RequestListener, string]>([
    ['an error', (_request, response) => response.writeHead(503).end('no'), 'HTTP 503'],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'redirects (HTTP 302)',
    ],
    [
      'HTML',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'text/html',
    ],
    ['a page too large', (_request, response) => void response.end('a 1\n'.repeat(1_000)), 'larger than 100'],
    ['nothing for too long', () => {}, 'within 0.1 s'],
    ['half a page and no more', (_request, response) => void response.write('a 1\n'), 'within 0.1 s'],
    ['a broken connection', (request) => void request.socket.destroy(), 'cannot be reached'],
  ])('is down when the answer is %s', async (_name, listener, detail) => {
    await using page = await serve(listener);
    const scrape = await scrapeMetrics(page.url, { nowMs, timeoutMs: 100, maxBytes: 100 });
    expect(scrape).toMatchObject({ state: 'down', detail: expect.stringContaining(detail) });
  });

  test('sends the credentials of the address as Basic authorization, and never shows them', async () => {
    await using page = await serve((request, response) => {
      const expected = `Basic ${Buffer.from('me:s e').toString('base64')}`;
      response.writeHead(request.headers.authorization === expected ? 200 : 401).end('a 1');
    });
    const withCredentials = page.url.replace('http://', 'http://me:s%20e@');
    expect((await scrapeMetrics(withCredentials, { nowMs })).state).toBe('up');
    const refused = await scrapeMetrics(withCredentials.replace('me:', 'you:'), { nowMs });
    expect(refused).toMatchObject({ detail: 'It answers with HTTP 401.' });
  });

  test('is down when the address is none', async () => {
    expect((await scrapeMetrics('nonsense', { nowMs })).state).toBe('down');
  });
});

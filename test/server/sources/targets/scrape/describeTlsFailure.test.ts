import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { expect, onTestFinished, test } from 'vitest';
import { KeptBudget } from '#server/sources/targets/scrape/keptBudget.ts';
import type { Scrape } from '#server/sources/targets/scrape/scrape.ts';
import { TargetScraper } from '#server/sources/targets/scrape/targetScraper.ts';
import { noAccess, type ScrapeTarget } from '#server/sources/targets/scrapeTarget.ts';
import { scrapeTarget } from '#test/support/metrics/scrapeTarget.ts';
import { tlsFiles } from '#test/support/redis/startTlsRedis.ts';

const pem = (path: string) => readFileSync(path, 'utf8');
const server = { cert: pem(tlsFiles.serverCertificate), key: pem(tlsFiles.serverKey) };
const client = { certificate: pem(tlsFiles.clientCertificate), key: pem(tlsFiles.clientKey) };
const ca = pem(tlsFiles.ca);
const wantsCertificate = { ...server, ca, requestCert: true, rejectUnauthorized: true };

/** The port of a metrics page with one hit, over TLS. */
async function servePage(options: ServerOptions): Promise<number> {
  const page = createServer(options, (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end('cache_gets_total{cache="a",result="hit"} 7\n'),
  );
  return listen(page);
}

async function listen(
  page: ReturnType<typeof createServer> | ReturnType<typeof createHttpServer>,
): Promise<number> {
  page.listen(0, '127.0.0.1');
  await once(page, 'listening');
  onTestFinished(() => {
    page.closeAllConnections();
    page.close();
  });
  const address = page.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function scrape(port: number, access: Partial<ScrapeTarget['access']>): Promise<Scrape> {
  const target = { ...scrapeTarget(`https://localhost:${port}/metrics`), connectTo: '127.0.0.1' };
  const scraper = new TargetScraper({
    target: { ...target, access: { ...noAccess, ...access } },
    nowMs: () => 42,
    elapsedMs: () => performance.now(),
    isWanted: () => true,
    budget: new KeptBudget(),
    timeoutMs: 5_000,
  });
  onTestFinished(() => scraper.close());
  return scraper.scrape();
}

test('a page that wants a certificate of its readers is read with one', async () => {
  expect(await scrape(await servePage(wantsCertificate), { ca, ...client })).toMatchObject({ state: 'up' });
});

test.each([
  ['none is given, TLS 1.3', wantsCertificate, { ca }, 'name one by "cert" and "key"'],
  [
    'none is given, TLS 1.2',
    { ...wantsCertificate, maxVersion: 'TLSv1.2' as const },
    { ca },
    'name one by "cert" and "key"',
  ],
  ['the authority is not known here', server, {}, 'name it by "ca"'],
  ['the name is another', server, { ca, serverName: 'shop.example' }, 'name that by "serverName"'],
  [
    'the key is of another certificate',
    server,
    { ca, certificate: client.certificate, key: server.key },
    'do not belong together',
  ],
  ['what was given is no PEM', server, { ca, certificate: 'x', key: 'y' }, 'is no PEM file'],
  [
    'it does not accept ours',
    { ...wantsCertificate, ca: server.cert },
    { ca, ...client },
    'accept our certificate ("cert")',
  ],
])('where %s, it says whose fault it is and what to set', async (_, page, access, text) => {
  const failed = await scrape(await servePage(page), access);
  expect(failed).toMatchObject({ state: 'down', fault: 'tls', detail: expect.stringContaining(text) });
});

test('a page without TLS is told from one whose certificate is wrong', async () => {
  const port = await listen(createHttpServer((_request, response) => response.end()));
  const failed = await scrape(port, { ca });
  expect(failed).toMatchObject({ fault: 'tls', detail: expect.stringContaining('begins with http://') });
});

import { promises as dns } from 'node:dns';
import { expect, test } from 'vitest';
import { dnsFinder, type NameResolver } from '#server/sources/targets/find/dnsFinder.ts';
import { systemResolver } from '#server/sources/targets/find/systemResolver.ts';
import { noAccess, noLabels } from '#server/sources/targets/scrapeTarget.ts';
import { startDnsServer } from '#test/support/metrics/startDnsServer.ts';

function finderOf(address: string, resolver: NameResolver) {
  return dnsFinder({ address, access: noAccess, labels: { ...noLabels, service: 'catalog' }, resolver });
}

/** Asks the test's DNS server for everything. */
function resolverOf(server: string): NameResolver {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([server]);
  return {
    addresses: (name) => resolver.resolve4(name),
    services: (name) => resolver.resolveSrv(name),
  };
}

test('each address of a name is a target, by its name and at its address', async () => {
  await using server = await startDnsServer();
  const { addresses } = server.records;
  const finder = finderOf('https://catalog.test:9443/m', resolverOf(server.server));
  addresses['catalog.test'] = ['10.0.0.2', '10.0.0.1'];
  const found = await finder.find();
  expect(found.targets).toMatchObject([
    {
      url: 'https://catalog.test:9443/m',
      connectTo: '10.0.0.1',
      origin: 'dns',
      labels: { service: 'catalog' },
    },
    { url: 'https://catalog.test:9443/m', connectTo: '10.0.0.2' },
  ]);
  expect(new Set(found.targets.map(({ id }) => id)).size).toBe(2);
  addresses['catalog.test'] = ['10.0.0.3'];
  expect((await finder.find()).targets.map(({ connectTo }) => connectTo)).toEqual(['10.0.0.3']);
});

test('each SRV record is a target', async () => {
  await using server = await startDnsServer();
  server.records.services['_metrics._tcp.shop.test'] = ['b.shop.test:9101', 'a.shop.test:9100'];
  const finder = finderOf('srv+http://_metrics._tcp.shop.test/metrics', resolverOf(server.server));
  expect((await finder.find()).targets).toMatchObject([
    { url: 'http://a.shop.test:9100/metrics', connectTo: null },
    { url: 'http://b.shop.test:9101/metrics', connectTo: null },
  ]);
});

test('a name that is not known, or has no address, is said so', async () => {
  await using server = await startDnsServer();
  const finder = finderOf('http://gone.test/metrics', resolverOf(server.server));
  await expect(finder.find()).rejects.toThrow('DNS does not resolve gone.test (ENOTFOUND).');
  server.records.addresses['gone.test'] = [];
  await expect(finder.find()).rejects.toThrow('gone.test');
});

test('the resolver of the system knows this machine', async () => {
  const finder = finderOf('http://localhost:1/metrics', systemResolver());
  expect((await finder.find()).targets.map(({ connectTo }) => connectTo)).toContain('127.0.0.1');
});

import type { SrvRecord } from 'node:dns';
import { isIP } from 'node:net';
import { type ScrapeTarget, type TargetAccess, type TargetLabels, targetId } from '../scrapeTarget.ts';
import { type Found, MAX_FOUND_TARGETS, type TargetFinder } from './targetFinder.ts';

/** What is asked of DNS; rejects with an error whose `code` says why. */
export interface NameResolver {
  /** IPv4 and IPv6 addresses of a host name. */
  addresses(name: string): Promise<readonly string[]>;
  services(name: string): Promise<readonly Pick<SrvRecord, 'name' | 'port'>[]>;
}

export interface DnsFinderOptions {
  /** `http://name:port/path`: each address of the name is a target. `srv+http://name/path`: each SRV record of it is one. */
  readonly address: string;
  readonly access: TargetAccess;
  readonly labels: TargetLabels;
  readonly resolver: NameResolver;
}

/** Orchestrators keep their records for 5 to 30 s. */
const LOOK_MS = 30_000;
const SRV = 'srv+';

/** Targets behind a DNS name, resolved again and again; what was found stays while DNS does not answer. */
export function dnsFinder(options: DnsFinderOptions): TargetFinder {
  const { address } = options;
  return {
    kind: 'dns',
    name: address,
    everyMs: () => LOOK_MS,
    find: () =>
      address.startsWith(SRV)
        ? findServices(options, new URL(address.slice(SRV.length)))
        : findAddresses(options, new URL(address)),
  };
}

async function findAddresses(options: DnsFinderOptions, url: URL): Promise<Found> {
  const addresses = await ask(url.hostname, () => options.resolver.addresses(url.hostname));
  return limit(
    [...addresses].sort().map((address) => ({ ...targetAt(url, options), ...connect(url, address) })),
  );
}

async function findServices(options: DnsFinderOptions, url: URL): Promise<Found> {
  const records = await ask(url.hostname, () => options.resolver.services(url.hostname));
  const hosts = records
    .filter(({ name }) => /^[\w.-]+$/.test(name))
    .map(({ name, port }) => `${name}:${port}`);
  return limit(
    [...new Set(hosts)].sort().map((host) => {
      const found = new URL(url);
      found.host = host;
      return targetAt(found, options);
    }),
  );
}

/** Rejects with words for an operator. */
async function ask<T>(name: string, question: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    const answers = await question();
    if (answers.length > 0) return answers;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`DNS does not resolve ${name}${code}.`);
  }
  throw new Error(`DNS names no address for ${name}.`);
}

function targetAt(url: URL, { address, access, labels }: DnsFinderOptions): ScrapeTarget {
  return {
    id: targetId(url.href, null),
    url: url.href,
    origin: 'dns',
    foundBy: address,
    labels,
    access,
    connectTo: null,
    ranges: null,
  };
}

/** The name stays in the address, because certificates and virtual hosts go by it. */
function connect(url: URL, address: string): Pick<ScrapeTarget, 'id' | 'connectTo'> {
  const connectTo = isIP(address) === 0 ? null : address;
  return { id: targetId(url.href, connectTo), connectTo };
}

function limit(targets: readonly ScrapeTarget[]): Found {
  const leftOutCount = targets.length - MAX_FOUND_TARGETS;
  return {
    targets: targets.slice(0, MAX_FOUND_TARGETS),
    leftOut:
      leftOutCount > 0 ? `${leftOutCount} addresses past the first ${MAX_FOUND_TARGETS} are left out.` : '',
  };
}

import { promises as dns } from 'node:dns';
import type { NameResolver } from './dnsFinder.ts';

/** The resolver of the system for addresses, so that its hosts file counts, and its DNS servers for SRV records. */
export function systemResolver(): NameResolver {
  return {
    addresses: async (name) => (await dns.lookup(name, { all: true })).map(({ address }) => address),
    services: (name) => dns.resolveSrv(name),
  };
}

import type { AddressRanges } from './addressRanges.ts';

/** What the operator or an announcement says of the process behind an address; its page is believed more. */
export interface TargetLabels {
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
}

/** How to be let in. Files are read at each scrape, so that a rotated password is taken over; none of it is ever shown. */
export interface TargetAccess {
  readonly username: string | null;
  readonly passwordFile: string | null;
  readonly bearerTokenFile: string | null;
  /** PEM texts. */
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  /** The name that the certificate must carry; null = the host of the address. */
  readonly serverName: string | null;
}

export type TargetOrigin = 'configuration' | 'file' | 'dns' | 'announcement' | 'prometheus';

/** One address to scrape. */
export interface ScrapeTarget {
  /** Two targets with the same id are one. */
  readonly id: string;
  readonly url: string;
  readonly origin: TargetOrigin;
  /** What named it, for an operator: a file, a DNS name, an instance; empty for the configuration itself. */
  readonly foundBy: string;
  readonly labels: TargetLabels;
  readonly access: TargetAccess;
  /** The address to connect to in place of the host of `url`; null = resolve that. */
  readonly connectTo: string | null;
  /** Only addresses in these may be connected to; null = any, because the operator named the host. */
  readonly ranges: AddressRanges | null;
}

export const noLabels: TargetLabels = { service: null, instance: null, version: null };

export const noAccess: TargetAccess = {
  username: null,
  passwordFile: null,
  bearerTokenFile: null,
  ca: null,
  certificate: null,
  key: null,
  serverName: null,
};

/** The address as the page and the log may show it: a query may hold a token. */
export function shownUrl(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  shown.hash = '';
  return shown.href;
}

/** One process at one address is one target, however it was found. */
export function targetId(url: string, connectTo: string | null): string {
  const address = new URL(url);
  if (address.hostname === 'localhost') address.hostname = '127.0.0.1';
  return connectTo === null ? address.href : `${address.href} at ${connectTo}`;
}

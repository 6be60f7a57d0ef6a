/** What the operator says of the process behind an address. */
export interface MetricsLabels {
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
}

/** How to be let in to `/metrics`. Files with secrets are read at each scrape, those of certificates at the start. */
export interface MetricsAccess {
  readonly username: string | null;
  readonly passwordFile: string | null;
  readonly bearerTokenFile: string | null;
  /** PEM texts; null = the system's trust store, no client certificate. */
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  /** The name that the certificate must carry; null = the host of the address. */
  readonly serverName: string | null;
}

/** One line of what is scraped: an address, a file that lists addresses, or a DNS name that stands for them. */
export interface MetricsPlace {
  readonly kind: 'url' | 'file' | 'dns';
  /** The address, the path, or for DNS `http://name:port/path` or `srv+http://name/path`. */
  readonly at: string;
  readonly labels: MetricsLabels;
  readonly access: MetricsAccess;
}

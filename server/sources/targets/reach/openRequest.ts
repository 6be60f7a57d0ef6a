import { promises as dns, type LookupAddress } from 'node:dns';
import { type Agent, type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { ScrapeProblem } from '../scrape/scrape.ts';
import type { ScrapeTarget } from '../scrapeTarget.ts';

/** All addresses of a host name. */
export type LookUpHost = (host: string) => Promise<readonly LookupAddress[]>;

/** Where a request goes, and until when it may take. */
export interface Reach {
  readonly target: ScrapeTarget;
  /** False = a connection of its own. */
  readonly agent: Agent | false;
  readonly signal: AbortSignal;
  readonly lookUpHost?: LookUpHost;
}

/** What is asked there. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers of more are not what a metrics page has, nor an answer of a service. */
const MAX_HEADER_BYTES = 16_384;

/**
 * Begins a request. Where a target is bound to ranges, the very address that is connected to was checked, so that a name which
 * resolves to something else the next time leads nowhere. Follows no redirect. Throws `ScrapeProblem` addressRefused, or emits it.
 */
export function openRequest(
  { target, agent, signal, lookUpHost = lookUpAll }: Reach,
  { method, headers }: Asked,
): ClientRequest {
  const url = new URL(target.url);
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = target.connectTo ?? host;
  // Node asks no look-up for an address, so it is checked here.
  if (target.ranges !== null && isIP(address) !== 0 && !target.ranges.has(address)) throw refusal(target);
  const { access } = target;
  const options = {
    agent,
    signal,
    method,
    host: address,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    lookup: checkedLookup(target, lookUpHost),
    maxHeaderSize: MAX_HEADER_BYTES,
    headers: { host: url.host, ...headers },
  };
  if (!isTls) return requestHttp(options);
  const serverName = access.serverName ?? host;
  return requestHttps({
    ...options,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    ...(access.ca === null ? {} : { ca: access.ca }),
    ...(access.certificate === null ? {} : { cert: access.certificate }),
    ...(access.key === null ? {} : { key: access.key }),
  });
}

function checkedLookup(target: ScrapeTarget, lookUpHost: LookUpHost): LookupFunction {
  return (host, options, done) => {
    lookUpHost(host).then(
      (found) => {
        const allowed = found.filter(({ address }) => target.ranges === null || target.ranges.has(address));
        const [first] = allowed;
        if (first === undefined) done(refusal(target), '');
        else if (options.all === true) done(null, [...allowed]);
        else done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  };
}

function lookUpAll(host: string): Promise<LookupAddress[]> {
  return dns.lookup(host, { all: true });
}

function refusal({ ranges }: ScrapeTarget): ScrapeProblem {
  return new ScrapeProblem('addressRefused', `Its address is outside ${ranges?.text ?? 'every range'}.`);
}

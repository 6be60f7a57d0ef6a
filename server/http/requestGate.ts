import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { isLoopbackHost } from '#server/config/loopbackHost.ts';
import type { ErrorCode } from '#shared/errorCodes.ts';

/** Largest request body; also fastify's `bodyLimit`, which counts bodies that do not say their length. */
export const BODY_LIMIT_BYTES = 64 * 1024;
/** Calls in one tRPC batch. */
const BATCH_LIMIT_COUNT = 10;
const URL_LIMIT_BYTES = 8 * 1024;
const API_PREFIX = '/api/';
const TRPC_PREFIX = '/api/trpc/';
/** They answer orchestrators, which address a machine by its number, and reveal nothing. */
const PATHS_FOR_ANY_HOST: readonly string[] = ['/healthz', '/readyz'];
/** More layers of percent-encoding than any client of ours writes. */
const DECODING_LIMIT_COUNT = 4;

export interface GateRules {
  /** Names besides loopback that browsers may address the page by: `name` (any port) or `name:port`, lower case. */
  readonly allowedHosts: readonly string[];
}

/** What the gate looks at. Undefined = the header is absent; repeated headers are joined by commas, as Node does. */
export interface RequestFacts {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly contentType: string | undefined;
  readonly contentLength: string | undefined;
  /** `X-Cachescope`, which a page of another origin cannot send without our consent. */
  readonly ownHeader: string | undefined;
}

export type Verdict = { readonly isAllowed: true } | Refusal;

export interface Refusal {
  readonly isAllowed: false;
  readonly status: 400 | 403 | 405 | 413 | 414 | 415 | 421;
  readonly code: ErrorCode;
  readonly reason: string;
}

type Check = (facts: RequestFacts, rules: GateRules) => Refusal | null;

/** The order matters: who is addressed, then what is asked, then who asks. */
const checks: readonly Check[] = [
  checkHost,
  checkUrl,
  checkBatch,
  checkMethod,
  checkContentType,
  checkContentLength,
  checkOwnHeader,
  checkOrigin,
  checkFetchSite,
];

/** Decides before any procedure, parser or file sees the request. */
export function judgeRequest(facts: RequestFacts, rules: GateRules): Verdict {
  for (const check of checks) {
    const refusal = check(facts, rules);
    if (refusal !== null) return refusal;
  }
  return { isAllowed: true };
}

/** Puts the gate in front of every route, unknown ones included. Register it before anything that answers requests. */
export function registerRequestGate(app: FastifyInstance, rules: GateRules): void {
  app.addHook('onRequest', async (request, reply) => {
    const verdict = judgeRequest(readFacts(request.raw), rules);
    if (verdict.isAllowed) return;
    // The body of a refused request is not read, so the connection cannot serve another one.
    reply.headers({ connection: 'close', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    return reply.code(verdict.status).send({ code: verdict.code, message: verdict.reason });
  });
}

function readFacts(request: IncomingMessage): RequestFacts {
  const { headersDistinct, method = '', url = '' } = request;
  const header = (name: string) => headersDistinct[name]?.join(', ');
  return {
    method,
    url,
    host: header('host'),
    origin: header('origin'),
    fetchSite: header('sec-fetch-site'),
    contentType: header('content-type'),
    contentLength: header('content-length'),
    ownHeader: header('x-cachescope'),
  };
}

/** Against DNS rebinding: a foreign name that resolves to this machine is still foreign. Any port, for SSH tunnels. */
function checkHost({ host = '', url }: RequestFacts, { allowedHosts }: GateRules): Refusal | null {
  if (PATHS_FOR_ANY_HOST.includes(url)) return null;
  const isOurs = isLoopbackHost(hostName(host)) || isAllowedHost(host, allowedHosts);
  if (isOurs) return null;
  return refuse(421, 'This server is not addressed by this name. Name it with --allowed-host to permit it.');
}

function checkUrl({ url }: RequestFacts): Refusal | null {
  if (url.length > URL_LIMIT_BYTES)
    return refuse(414, `The address is longer than ${URL_LIMIT_BYTES} bytes.`);
  return url.startsWith('/') ? null : refuse(400, 'The address must be a path.');
}

/** Counts commas as tRPC will see them, however they are encoded. */
function checkBatch({ url }: RequestFacts): Refusal | null {
  const path = decodedPath(url);
  if (path === null) return refuse(400, 'The path is not encoded properly.');
  if (!path.startsWith(TRPC_PREFIX)) return null;
  const callCount = path.slice(TRPC_PREFIX.length).split(',').length;
  return callCount <= BATCH_LIMIT_COUNT
    ? null
    : refuse(400, `A batch holds at most ${BATCH_LIMIT_COUNT} calls.`);
}

function checkMethod({ method }: RequestFacts): Refusal | null {
  return method === 'POST' || isReading(method) ? null : refuse(405, 'Only GET, HEAD and POST are served.');
}

/** A form of another site can post text, urlencoded and multipart bodies without asking, but not JSON. */
function checkContentType({ method, contentType = '' }: RequestFacts): Refusal | null {
  if (isReading(method)) return null;
  const isJson = /^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(contentType);
  return isJson ? null : refuse(415, 'The body must be application/json.');
}

function checkContentLength({ contentLength }: RequestFacts): Refusal | null {
  if (contentLength === undefined || Number(contentLength) <= BODY_LIMIT_BYTES) return null;
  return refuse(413, `The body is larger than ${BODY_LIMIT_BYTES} bytes.`);
}

function checkOwnHeader({ method, ownHeader }: RequestFacts): Refusal | null {
  return isReading(method) || ownHeader === '1'
    ? null
    : refuse(403, 'The header "X-Cachescope: 1" is missing.');
}

/** `null` is the origin of sandboxed frames and local files: foreign. */
function checkOrigin(facts: RequestFacts, rules: GateRules): Refusal | null {
  const { method, origin, fetchSite } = facts;
  if (origin === undefined) {
    const isVouchedFor = isReading(method) || fetchSite !== undefined;
    return isVouchedFor
      ? null
      : refuse(403, 'Neither Origin nor Sec-Fetch-Site says where this request comes from.');
  }
  if (isReading(method) && !isForApi(facts.url)) return null;
  return isOwnOrigin(origin, facts.host, rules)
    ? null
    : refuse(403, 'Requests of another origin are refused.');
}

/** `none` (typed into the address bar) may read. `same-site` is foreign: a sibling sub-domain is not us. */
function checkFetchSite({ method, url, fetchSite }: RequestFacts): Refusal | null {
  if (fetchSite === undefined || fetchSite === 'same-origin') return null;
  if (isReading(method) && (fetchSite === 'none' || !isForApi(url))) return null;
  return refuse(403, 'Requests of another site are refused.');
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** https too, because TLS may end at a proxy in front of us; and an allowed name, because a proxy may rewrite Host. */
function isOwnOrigin(origin: string, host: string | undefined, { allowedHosts }: GateRules): boolean {
  const address = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];
  return address !== undefined && (address === host?.toLowerCase() || isAllowedHost(address, allowedHosts));
}

function isAllowedHost(host: string, allowedHosts: readonly string[]): boolean {
  const address = host.toLowerCase();
  return allowedHosts.includes(address) || allowedHosts.includes(hostName(address));
}

/** `name` of `name:port`, `[::1]` of `[::1]:port`; empty for what is neither. */
function hostName(host: string): string {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase() ?? '';
}

function isForApi(url: string): boolean {
  return decodedPath(url)?.startsWith(API_PREFIX) ?? true;
}

/** The path as the router may come to see it; null when it is not encoded properly. */
function decodedPath(url: string): string | null {
  let decoded = url.split('?', 1).join('');
  for (let layer = 0; layer < DECODING_LIMIT_COUNT; layer += 1) {
    const next = decodeOnce(decoded);
    if (next === null || next === decoded) return next;
    decoded = next;
  }
  return null;
}

function decodeOnce(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function refuse(status: Refusal['status'], reason: string): Refusal {
  const code = status === 403 || status === 421 ? 'notAllowed' : 'badInput';
  return { isAllowed: false, status, code, reason };
}

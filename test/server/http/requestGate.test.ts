import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fastify, { type FastifyInstance } from 'fastify';
import { expect, test } from 'vitest';
import {
  BODY_LIMIT_BYTES,
  judgeRequest,
  type RequestFacts,
  registerRequestGate,
} from '#server/http/requestGate.ts';

const rules = { allowedHosts: ['cache.example', 'proxy.example:8443'] };

const read: RequestFacts = {
  method: 'GET',
  url: '/',
  host: '127.0.0.1:7676',
  origin: undefined,
  fetchSite: undefined,
  contentType: undefined,
  contentLength: undefined,
  ownHeader: undefined,
};

const change: RequestFacts = {
  method: 'POST',
  url: '/api/trpc/jobs.start?batch=1',
  host: '127.0.0.1:7676',
  origin: 'http://127.0.0.1:7676',
  fetchSite: 'same-origin',
  contentType: 'application/json',
  contentLength: '120',
  ownHeader: '1',
};

const apiRead: RequestFacts = {
  ...read,
  url: '/api/trpc/overview.get?input=%7B%7D',
  fetchSite: 'same-origin',
};

/** 200 = let through. */
function statusOf(facts: RequestFacts): number {
  const verdict = judgeRequest(facts, rules);
  return verdict.isAllowed ? 200 : verdict.status;
}

test.each<[string, Partial<RequestFacts>, number]>([
  ['loopback by number', { host: '127.0.0.1:7676' }, 200],
  ['loopback by name', { host: 'localhost:7676' }, 200],
  ['loopback by IPv6', { host: '[::1]:7676' }, 200],
  ['another loopback port, through a tunnel', { host: 'localhost:9000' }, 200],
  ['an allowed name, any port', { host: 'Cache.Example:9000' }, 200],
  ['an allowed name with its port', { host: 'proxy.example:8443' }, 200],
  ['an allowed name with another port', { host: 'proxy.example:1' }, 421],
  ['a foreign name', { host: 'evil.example:7676' }, 421],
  ['a foreign name that looks like loopback', { host: '127.0.0.1.evil.example:7676' }, 421],
  ['a foreign name with loopback as user', { host: 'localhost@evil.example' }, 421],
  ['the address of an interface', { host: '10.0.0.5:7676' }, 421],
  ['two names', { host: '127.0.0.1:7676, evil.example' }, 421],
  ['no name', { host: undefined }, 421],
  ['an empty name', { host: '' }, 421],
  ['health for an orchestrator', { host: '10.0.0.5:7676', url: '/healthz' }, 200],
  ['readiness for an orchestrator', { host: '10.0.0.5:7676', url: '/readyz' }, 200],
  ['what only looks like health', { host: 'evil.example', url: '/healthz/../api/trpc/x' }, 421],
])('host: %s', (_claim, facts, status) => {
  expect(statusOf({ ...read, ...facts })).toBe(status);
});

test.each<[string, Partial<RequestFacts>, number]>([
  ['our own page', {}, 200],
  [
    'our own page behind a proxy that ends TLS',
    { host: 'cache.example', origin: 'https://cache.example' },
    200,
  ],
  ['our own page behind a proxy that rewrites Host', { origin: 'https://cache.example' }, 200],
  ['a browser without Sec-Fetch-Site', { fetchSite: undefined }, 200],
  ['JSON with its charset', { contentType: 'application/json; charset=utf-8' }, 200],
  ['another site', { fetchSite: 'cross-site', origin: 'https://evil.example' }, 403],
  ['another site that hides its origin', { fetchSite: 'cross-site', origin: undefined }, 403],
  ['a sibling sub-domain', { fetchSite: 'same-site' }, 403],
  ['the address bar', { fetchSite: 'none', origin: undefined }, 403],
  ['another port of this machine', { fetchSite: undefined, origin: 'http://127.0.0.1:3000' }, 403],
  ['a null origin', { origin: 'null' }, 403],
  ['a null origin without Sec-Fetch-Site', { origin: 'null', fetchSite: undefined }, 403],
  ['neither origin nor Sec-Fetch-Site', { origin: undefined, fetchSite: undefined }, 403],
  ['two origins', { origin: 'http://127.0.0.1:7676, https://evil.example' }, 403],
  ['an origin with a path', { origin: 'http://127.0.0.1:7676/x' }, 403],
  ['no custom header', { ownHeader: undefined }, 403],
  ['a wrong custom header', { ownHeader: '0' }, 403],
  ['a multipart form', { contentType: 'multipart/form-data; boundary=x' }, 415],
  ['bytes', { contentType: 'application/octet-stream' }, 415],
  ['text', { contentType: 'text/plain' }, 415],
  ['an urlencoded form', { contentType: 'application/x-www-form-urlencoded' }, 415],
  ['text that mentions JSON', { contentType: 'text/plain; application/json' }, 415],
  ['no content type', { contentType: undefined }, 415],
  ['a body at the limit', { contentLength: String(BODY_LIMIT_BYTES) }, 200],
  ['a body above the limit', { contentLength: String(BODY_LIMIT_BYTES + 1) }, 413],
  ['PUT', { method: 'PUT' }, 405],
  ['DELETE', { method: 'DELETE' }, 405],
  ['a preflight', { method: 'OPTIONS' }, 405],
])('change: %s', (_claim, facts, status) => {
  expect(statusOf({ ...change, ...facts })).toBe(status);
});

test.each<[string, Partial<RequestFacts>, number]>([
  ['our own page', {}, 200],
  ['a program without such headers', { fetchSite: undefined }, 200],
  ['the address bar', { fetchSite: 'none' }, 200],
  ['another site', { fetchSite: 'cross-site' }, 403],
  ['a sibling sub-domain', { fetchSite: 'same-site' }, 403],
  ['another origin in an old browser', { fetchSite: undefined, origin: 'https://evil.example' }, 403],
  ['another site, the path encoded', { fetchSite: 'cross-site', url: '/%61pi/trpc/overview.get' }, 403],
  ['a link to the page from another site', { fetchSite: 'cross-site', url: '/patterns?range=1h' }, 200],
])('reading the API: %s', (_claim, facts, status) => {
  expect(statusOf({ ...apiRead, ...facts })).toBe(status);
});

const ten = Array.from({ length: 10 }, (_, index) => `a${index}`);

test.each<[string, string, number]>([
  ['ten calls', `/api/trpc/${ten.join(',')}?batch=1`, 200],
  ['eleven calls', `/api/trpc/${ten.join(',')},b?batch=1`, 400],
  ['eleven calls hidden as %2C', `/api/trpc/${ten.join('%2C')}%2cb?batch=1`, 400],
  ['eleven calls hidden as %252C', `/api/trpc/${ten.join('%252C')}%252Cb?batch=1`, 400],
  ['eleven calls behind an encoded prefix', `/%61pi/trpc/${ten.join(',')},b?batch=1`, 400],
  ['commas of an input', `/api/trpc/a?input=${'1,'.repeat(50)}`, 200],
  ['broken encoding', '/api/trpc/%E0%A4%A', 400],
  ['endless encoding', `/api/trpc/a%${'25'.repeat(8)}2Cb`, 400],
  ['an address for a proxy', 'http://evil.example/api/trpc/a', 400],
  ['a long address', `/api/trpc/a?input=${'x'.repeat(9000)}`, 414],
])('address: %s', (_claim, url, status) => {
  expect(statusOf({ ...change, url })).toBe(status);
});

interface GatedServer extends AsyncDisposable {
  readonly port: number;
  /** Requests that reached a route. */
  readonly served: string[];
}

async function startGated(): Promise<GatedServer> {
  const app: FastifyInstance = fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  const served: string[] = [];
  registerRequestGate(app, rules);
  app.all('/*', async (request) => {
    served.push(request.url);
    return { isServed: true };
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    port: Number(new URL(address).port),
    served,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** Writes the bytes as they are, as no well-behaved client would, and returns the whole answer. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return text(socket);
}

function post(headers: readonly string[], body: string): string {
  return ['POST /api/trpc/jobs.start HTTP/1.1', ...headers, 'Connection: close', '', body].join('\r\n');
}

const ownHeaders = [
  'Host: 127.0.0.1',
  'Origin: http://127.0.0.1',
  'X-Cachescope: 1',
  'Content-Type: application/json',
];

test('over a real socket our own change is served', async () => {
  await using server = await startGated();
  const answer = await exchange(server.port, post([...ownHeaders, 'Content-Length: 2'], '{}'));
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(server.served).toHaveLength(1);
});

test.each<[string, string, RegExp]>([
  [
    'two Host headers',
    post(['Host: 127.0.0.1', 'Host: evil.example', 'Content-Length: 0'], ''),
    /^HTTP\/1\.1 4(00|21)/,
  ],
  ['HTTP/1.0 without Host', 'GET /api/trpc/a HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 421/],
  ['a foreign Host', 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 421/],
  [
    'a foreign Host at an unknown route',
    'GET /nowhere HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 421/,
  ],
  [
    'a large body that says its length',
    post([...ownHeaders, 'Content-Length: 20000000'], 'x'.repeat(1000)),
    /^HTTP\/1\.1 413/,
  ],
  [
    'a large body that does not say its length',
    post([...ownHeaders, 'Transfer-Encoding: chunked'], `20000\r\n${'x'.repeat(0x20000)}\r\n0\r\n\r\n`),
    /^HTTP\/1\.1 413/,
  ],
  [
    'a form of another site',
    post(
      [
        'Host: 127.0.0.1',
        'Origin: https://evil.example',
        'Content-Type: multipart/form-data; boundary=b',
        'Content-Length: 0',
      ],
      '',
    ),
    /^HTTP\/1\.1 415/,
  ],
])('over a real socket %s reaches no route', async (_claim, request, status) => {
  await using server = await startGated();
  expect(await exchange(server.port, request)).toMatch(status);
  expect(server.served).toEqual([]);
});

test('a refusal is plain JSON with a code and what to do', async () => {
  await using server = await startGated();
  const response = await fetch(`http://127.0.0.1:${server.port}/api/trpc/a`, {
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(response.status).toBe(403);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await response.json()).toEqual({
    code: 'notAllowed',
    message: expect.stringContaining('another site'),
  });
});

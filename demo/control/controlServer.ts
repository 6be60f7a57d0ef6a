import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { IncidentBoard } from '#demo/incidents/incidentBoard.ts';
import { type LoopbackServer, listenOnLoopback } from '#demo/processes/listenOnLoopback.ts';
import type { Ledger } from '#demo/traffic/ledger.ts';

export interface ControlOptions {
  readonly token: string;
  readonly board: IncidentBoard;
  readonly ledger: Ledger;
  readonly clock: () => number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The demo's own door on loopback: `GET /truth` (hits and misses by full pattern, counted outside of the metrics), `GET /incidents`,
 * `POST /incidents/{name}/start` and `/stop`. Web pages are kept out by the Host header and by the token that changes need.
 */
export function serveControl(options: ControlOptions): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    void answer(options, request)
      .catch((error: unknown): Answer => ({ status: 500, body: { error: String(error) } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
        response.end(JSON.stringify(body));
      });
  });
  return listenOnLoopback(server);
}

async function answer(
  { token, board, ledger, clock }: ControlOptions,
  request: IncomingMessage,
): Promise<Answer> {
  const hostName = /^(.*?)(:\d+)?$/.exec(request.headers.host ?? '')?.[1];
  if (hostName !== '127.0.0.1' && hostName !== 'localhost') {
    return { status: 421, body: { error: 'This server answers to loopback names only.' } };
  }
  const path = request.url ?? '';
  if (request.method === 'GET' && path === '/truth') {
    return { status: 200, body: { atMs: clock(), patterns: ledger.counts() } };
  }
  if (request.method === 'GET' && path === '/incidents') return { status: 200, body: board.list() };
  const change = /^\/incidents\/([a-z-]+)\/(start|stop)$/.exec(path);
  if (change === null) return { status: 404, body: { error: 'There is no such thing here.' } };
  if (request.method !== 'POST') return { status: 405, body: { error: 'Changes are POST requests.' } };
  if (!isSameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
    return { status: 403, body: { error: 'The token of control.json is missing.' } };
  }
  const isKnown = await board.run(change[2] === 'start' ? 'start' : 'stop', change[1] ?? '');
  if (!isKnown) return { status: 404, body: { error: `No incident is called ${change[1]}.` } };
  return { status: 200, body: board.list() };
}

function isSameText(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

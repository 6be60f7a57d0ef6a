import { createServer } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from '#demo/processes/listenOnLoopback.ts';
import type { ShopService } from './shopService.ts';

/** `GET /metrics` of one service on a free port of loopback. */
export async function serveMetrics(service: Pick<ShopService, 'metrics'>): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
    service.metrics().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return listenOnLoopback(server);
}

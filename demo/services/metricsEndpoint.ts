import { createServer } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from '#demo/processes/listenOnLoopback.ts';
import type { ShopService } from './shopService.ts';

export interface MetricsEndpoint extends LoopbackServer {
  /** From now on the page is that of this service; until then there is none. */
  serve(service: Pick<ShopService, 'metrics'>): void;
}

/** `GET /metrics` on a free port of loopback, whose address is known before its service is started. */
export async function listenForMetrics(): Promise<MetricsEndpoint> {
  let served: Pick<ShopService, 'metrics'> | null = null;
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics' || served === null)
      return void response.writeHead(404).end();
    served.metrics().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const listening = await listenOnLoopback(server);
  return {
    ...listening,
    serve: (service) => {
      served = service;
    },
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type LoopbackServer, listenOnLoopback } from '#demo/processes/listenOnLoopback.ts';
import type { ShopService } from './shopService.ts';

type Served = Pick<ShopService, 'metrics' | 'commandHandler'>;

export interface InstanceEndpoint extends LoopbackServer {
  /** From now on it answers for this service; until then there is nothing. */
  serve(service: Served): void;
}

/** `GET /metrics` and `POST /control` on a free port of loopback, whose address is known before its service is started. */
export async function listenForInstance(): Promise<InstanceEndpoint> {
  let answer = (_: IncomingMessage, response: ServerResponse): void => void response.writeHead(404).end();
  const server = createServer((request, response) => answer(request, response));
  const listening = await listenOnLoopback(server);
  return {
    ...listening,
    serve: (service) => {
      answer = answersOf(service);
    },
  };
}

function answersOf(service: Served): (request: IncomingMessage, response: ServerResponse) => void {
  const obey = service.commandHandler();
  return (request, response) => {
    if (request.url === '/control') return obey(request, response);
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
    service.metrics().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    );
  };
}

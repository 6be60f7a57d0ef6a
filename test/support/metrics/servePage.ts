import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedPage extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Requests so far. */
  requestCount(): number;
}

/** A real HTTP server on a free port of loopback. */
export async function servePage(listener: RequestListener): Promise<ServedPage> {
  let requestCount = 0;
  const server = createServer((request, response) => {
    requestCount += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = isTcp(address) ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}/metrics`,
    requestCount: () => requestCount,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

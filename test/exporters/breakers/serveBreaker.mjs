import { createServer } from 'node:http';

/**
 * Serves the metrics page of a process with a circuit breaker, and makes calls through it on demand: `POST /calls?count=5&fail=yes`
 * answers with how many went well. Prints its address on the first line.
 * @param {{ contentType: string, page: () => Promise<string> | string, call: (isFailing: boolean) => Promise<unknown> }} breaker
 */
export function serveBreaker({ contentType, page, call }) {
  const server = createServer(async (request, response) => {
    try {
      const url = new URL(request.url ?? '', 'http://localhost');
      if (url.pathname === '/metrics') {
        response.setHeader('content-type', contentType).end(await page());
        return;
      }
      let wellCount = 0;
      for (let count = Number(url.searchParams.get('count')); count > 0; count -= 1) {
        await call(url.searchParams.get('fail') === 'yes').then(
          () => {
            wellCount += 1;
          },
          () => {},
        );
      }
      response.end(String(wellCount));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address?.port}\n`);
  });
}

/** What the breaker guards. */
export async function act(/** @type {boolean} */ isFailing) {
  if (isFailing) throw new Error('The source is gone.');
  return 'fine';
}

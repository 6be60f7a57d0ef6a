import { createServer } from 'node:http';

/**
 * Serves a metrics page, and makes look-ups on demand: `POST /look-ups` with `{family, hits, misses}` does exactly so many
 * and answers with what the caller saw. Prints its address on the first line.
 * @param {{ contentType: string, page: () => Promise<string> | string, openFamily: (family: string) => Family }} exporter
 */
export function serveExporter({ contentType, page, openFamily }) {
  const server = createServer(async (request, response) => {
    try {
      if (request.url === '/metrics') {
        response.setHeader('content-type', contentType).end(await page());
        return;
      }
      const { family, hits, misses } = JSON.parse(await readBody(request));
      response.end(JSON.stringify(await lookUp(openFamily(family), hits, misses)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address?.port}\n`);
  });
}

/** @typedef {(id: number, load: () => string) => unknown} Family a look-up of one entry that calls load when it has none */

let lastId = 0;

/** Each miss is a new entry; each hit is one that a miss made before. */
async function lookUp(
  /** @type {Family} */ family,
  /** @type {number} */ hits,
  /** @type {number} */ misses,
) {
  const seen = { hits: 0, misses: 0 };
  const look = async () => {
    let isLoaded = false;
    await family(lastId, () => {
      isLoaded = true;
      return `value ${lastId}`;
    });
    seen[isLoaded ? 'misses' : 'hits'] += 1;
  };
  for (let count = 0; count < misses; count += 1) {
    lastId += 1;
    await look();
  }
  for (let count = 0; count < hits; count += 1) await look();
  return seen;
}

async function readBody(/** @type {import('node:http').IncomingMessage} */ request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Serves the built page. Assets carry a hash in their name and may be kept for ever; the document may not. Every other
 * path without an extension is a route of the page and gets the document.
 */
export async function servePage(
  app: FastifyInstance,
  directory: string,
  { isLoginNeeded }: { isLoginNeeded: boolean },
): Promise<void> {
  if (!existsSync(join(directory, 'index.html'))) {
    app.setNotFoundHandler((_request, reply) =>
      reply
        .code(503)
        .type('text/plain')
        .send('The page is not built. Run `npm run build:page`, then start the server again.\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: directory,
    // The build writes them; a browser that takes no gzip gets the others.
    preCompressed: true,
    setHeaders: (reply, path) => {
      const isAsset = path.includes(`${join('page', 'assets')}`);
      void reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  if (isLoginNeeded) {
    // Ahead of the files, which would answer with the document as it lies there.
    app.get('/', (_request, reply) => sendLoginDocument(reply, directory));
  }
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isRoute = request.method === 'GET' && !path.startsWith('/api/') && !/\.[a-z0-9]+$/i.test(path);
    if (!isRoute) return reply.code(404).send({ code: 'notFound', message: 'There is nothing here.' });
    if (isLoginNeeded) return sendLoginDocument(reply, directory);
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}

/** The document, saying that a login is needed, so that the page asks who is there before it asks for anything else. */
async function sendLoginDocument(reply: FastifyReply, directory: string): Promise<FastifyReply> {
  const document = await readFile(join(directory, 'index.html'), 'utf8');
  return reply
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(
      document.replace('name="cachescope-login" content="none"', 'name="cachescope-login" content="needed"'),
    );
}

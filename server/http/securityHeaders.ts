import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

const NOTHING = ["'none'"];
const OURSELVES = ["'self'"];

/**
 * Headers of every response, refusals included: register before anything else. The page runs no script, style or
 * request that is not ours; `style-src-attr` is for the charts, which place their parts by style attributes.
 */
export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: NOTHING,
        scriptSrc: OURSELVES,
        styleSrc: OURSELVES,
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: [...OURSELVES, 'data:'],
        fontSrc: OURSELVES,
        connectSrc: OURSELVES,
        baseUri: NOTHING,
        formAction: OURSELVES,
        frameAncestors: NOTHING,
        objectSrc: NOTHING,
        requireTrustedTypesFor: ["'script'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    // Served over plain HTTP on loopback; whoever ends TLS in front decides for how long.
    strictTransportSecurity: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/api')) reply.header('cache-control', 'no-store');
  });
}

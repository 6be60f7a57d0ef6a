import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { localActor } from '#server/access/localActor.ts';
import type { ApiContext, ApiParts } from '#server/api/apiContext.ts';
import { type AppRouter, appRouter } from '#server/api/appRouter.ts';
import type { OwnMetrics } from './ownMetrics.ts';
import { type GateRules, registerRequestGate } from './requestGate.ts';
import { registerSecurityHeaders } from './securityHeaders.ts';
import { servePage } from './servePage.ts';

export interface HttpOptions {
  readonly parts: ApiParts;
  readonly gate: GateRules;
  readonly ownMetrics: OwnMetrics;
  /** Directory of the built page. */
  readonly pageDirectory: string;
  /** Why the server is not ready to serve, in a few words; null when it is. */
  readonly notReadyReason: () => string | null;
  readonly logError: (message: string, cause: unknown) => void;
}

const MAX_BODY_BYTES = 64 * 1024;

/** The HTTP side: gate and headers first, then health, own metrics, the API, and the page for everything else. */
export async function openHttp(options: HttpOptions): Promise<FastifyInstance> {
  // Open streams would hold a closing server for ever without forceCloseConnections.
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4_096 },
  });
  registerRequestGate(app, options.gate);
  await registerSecurityHeaders(app);
  registerHealth(app, options);
  await registerApi(app, options);
  await servePage(app, options.pageDirectory);
  return app;
}

function registerHealth(app: FastifyInstance, options: HttpOptions): void {
  // Neither asks Redis: the page must stay up when Redis is down.
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const reason = options.notReadyReason();
    return reason === null ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(options.ownMetrics.contentType);
    return options.ownMetrics.text();
  });
}

async function registerApi(app: FastifyInstance, { parts, logError }: HttpOptions): Promise<void> {
  const trpcOptions = {
    router: appRouter,
    createContext: ({ req }): ApiContext => ({ actor: localActor(sessionOf(req)), parts }),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        logError(`The procedure ${path ?? '?'} failed`, error.cause ?? error);
    },
  } satisfies FastifyTRPCPluginOptions<AppRouter>['trpcOptions'];
  await app.register(fastifyTRPCPlugin, { prefix: '/api/trpc', trpcOptions });
}

/** The browser tab's own random id; plans are bound to it. Empty for streams, which cannot send headers. */
function sessionOf(request: FastifyRequest): string {
  const header = request.headers['x-cachescope-session'];
  return typeof header === 'string' ? header.slice(0, 128) : '';
}

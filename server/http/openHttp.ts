import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import type { ApiContext, ApiParts } from '#server/api/apiContext.ts';
import { type AppRouter, appRouter } from '#server/api/appRouter.ts';
import { apiContextOf, credentialsOf } from './apiContextOf.ts';
import type { OwnMetrics } from './ownMetrics.ts';
import { BODY_LIMIT_BYTES, type GateRules, registerRequestGate } from './requestGate.ts';
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

/** The HTTP side: gate and headers first, then health, own metrics, the API, and the page for everything else. */
export async function openHttp(options: HttpOptions): Promise<FastifyInstance> {
  // Open streams would hold a closing server for ever without forceCloseConnections.
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4_096 },
  });
  await registerSecurityHeaders(app);
  registerRequestGate(app, options.gate);
  registerHealth(app, options);
  await registerApi(app, options);
  await servePage(app, options.pageDirectory, { isLoginNeeded: options.parts.access.logins !== null });
  return app;
}

function registerHealth(app: FastifyInstance, options: HttpOptions): void {
  // Neither asks Redis: the page must stay up when Redis is down.
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const reason = options.notReadyReason();
    return reason === null ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
  });
  const { access } = options.parts;
  app.get('/metrics', async (request, reply) => {
    // Where strangers can come, only who has logged in may see how the server is doing.
    if (access.identify(credentialsOf(request, access)) === null)
      return reply.code(401).send({ code: 'notLoggedIn', message: 'Log in to read the metrics.' });
    reply.type(options.ownMetrics.contentType);
    return options.ownMetrics.text();
  });
}

async function registerApi(app: FastifyInstance, { parts, logError }: HttpOptions): Promise<void> {
  const trpcOptions = {
    router: appRouter,
    // Names of keys are sent in bodies, so that they stand in no address.
    allowMethodOverride: true,
    createContext: ({ req, res }): ApiContext => apiContextOf(parts, { request: req, reply: res }),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        logError(`The procedure ${path ?? '?'} failed`, error.cause ?? error);
    },
  } satisfies FastifyTRPCPluginOptions<AppRouter>['trpcOptions'];
  await app.register(fastifyTRPCPlugin, { prefix: '/api/trpc', trpcOptions });
}

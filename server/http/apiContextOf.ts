import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access, Credentials } from '#server/access/access.ts';
import type { ApiContext, ApiParts } from '#server/api/apiContext.ts';
import { readSessionToken, sessionCookie, wayOf } from './sessionCookie.ts';

/** What a procedure is told of the request: who acts, and how to keep or drop their session. */
export function apiContextOf(
  parts: ApiParts,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): ApiContext {
  const { access } = parts;
  const brought = credentialsOf(request, access);
  const { origin, host } = request.headers;
  const way = wayOf({ origin, host });
  return {
    parts,
    actor: access.identify(brought),
    recheck: () => access.recheck(brought),
    caller: { sessionToken: brought.sessionToken, address: request.ip.replace(/^::ffff:(?=\d+\.)/, ''), way },
    keepSession: (token) => {
      if (access.logins === null) return;
      const { cookieName } = access.logins;
      void reply.header('set-cookie', sessionCookie(token, { cookieName, way }));
    },
  };
}

/** Streams cannot send headers, and have no name of their tab. */
export function credentialsOf(request: FastifyRequest, { logins }: Access): Credentials {
  const tab = request.headers['x-cachescope-session'];
  return {
    sessionToken: logins === null ? null : readSessionToken(request.headers.cookie, logins.cookieName),
    tabName: typeof tab === 'string' ? tab : '',
  };
}

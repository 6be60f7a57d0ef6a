import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { AppError, type ErrorCode } from '#shared/errorCodes.ts';
import { type Actor, type Role, requireRole } from '#shared/roles.ts';
import type { ApiContext } from './apiContext.ts';
import { inputProblem } from './input/inputProblem.ts';
import { whileAllowed } from './whileAllowed.ts';

type TrpcCode = TRPCError['code'];

/** The one place where an expected failure gets its HTTP meaning. */
const trpcCodes: Record<ErrorCode, TrpcCode> = {
  badInput: 'BAD_REQUEST',
  notFound: 'NOT_FOUND',
  notAllowed: 'FORBIDDEN',
  notLoggedIn: 'UNAUTHORIZED',
  loginRefused: 'UNAUTHORIZED',
  tooManyLogins: 'TOO_MANY_REQUESTS',
  usersUnchanged: 'CONFLICT',
  readOnly: 'FORBIDDEN',
  redisUnreachable: 'SERVICE_UNAVAILABLE',
  redisRefused: 'BAD_GATEWAY',
  sourceOverload: 'CONFLICT',
  planUnknown: 'PRECONDITION_FAILED',
  planExpired: 'PRECONDITION_FAILED',
  planUsed: 'PRECONDITION_FAILED',
  planChanged: 'CONFLICT',
  approvalMissing: 'PRECONDITION_FAILED',
  approvalOver: 'CONFLICT',
  confirmationMismatch: 'BAD_REQUEST',
  reasonMissing: 'BAD_REQUEST',
  jobRunning: 'CONFLICT',
  busy: 'TOO_MANY_REQUESTS',
  auditUnavailable: 'SERVICE_UNAVAILABLE',
  shuttingDown: 'SERVICE_UNAVAILABLE',
};

/** The expected failure behind an error of a procedure; null when it is a bug or foreign. */
function expectedFailure(error: TRPCError): AppError | null {
  return error.cause instanceof AppError ? error.cause : null;
}

/** Codes that only our own words or tRPC's about the request bear. */
const callersCodes: ReadonlySet<TrpcCode> = new Set([
  'BAD_REQUEST',
  'NOT_FOUND',
  'FORBIDDEN',
  'TOO_MANY_REQUESTS',
]);

const MASKED = 'The server failed unexpectedly; its log names the cause.';

const t = initTRPC
  .context<ApiContext>()
  .meta<{ needs: Role | 'nothing' }>()
  .create({
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 30_000 },
    },
    errorFormatter: ({ shape, error }) => {
      const failure = expectedFailure(error);
      const isOurs = failure !== null;
      // Bad input and unknown paths are the caller's; their text is ours or tRPC's. All else is masked.
      const isCallers = callersCodes.has(error.code);
      return {
        ...shape,
        message: isOurs ? failure.message : isCallers ? inputMessage(error) : MASKED,
        data: {
          code: shape.data.code,
          httpStatus: shape.data.httpStatus,
          appCode: failure?.code ?? (isCallers ? ('badInput' as const) : null),
        },
      };
    },
  });

function inputMessage(error: TRPCError): string {
  const text = error.cause instanceof z.ZodError ? inputProblem(error.cause) : error.message;
  return text.slice(0, 500);
}

function withMeaning(cause: AppError): TRPCError {
  return new TRPCError({ code: trpcCodes[cause.code], message: cause.message, cause });
}

const mapErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof AppError) {
    throw withMeaning(result.error.cause);
  }
  return result;
});

/** A stream outlives the request that began it, so whoever reads it is looked at again and again. */
const recheckStreams = t.middleware(async ({ ctx, type, meta, signal, next }) => {
  const result = await next();
  const needed = meta?.needs;
  if (type !== 'subscription' || !result.ok || needed === undefined || needed === 'nothing') return result;
  const check = () => {
    try {
      actorWith(ctx.recheck(), needed);
    } catch (error) {
      throw error instanceof AppError ? withMeaning(error) : error;
    }
  };
  return { ...result, data: whileAllowed(result.data, { check, pause: ctx.parts.pause, signal }) };
});

/** The actor, if the role reaches. Throws as `mapErrors` passes it on. */
function actorWith(actor: Actor | null, role: Role): Actor {
  if (actor === null) throw new AppError('notLoggedIn', 'Log in first, or again: sessions end.');
  requireRole(actor, role);
  return actor;
}

/** Builds a procedure that only actors of at least this role may call. */
export function procedureFor(role: Role) {
  return t.procedure
    .meta({ needs: role })
    .use(mapErrors)
    .use(({ ctx, next }) => next({ ctx: { actor: actorWith(ctx.actor, role) } }))
    .use(recheckStreams);
}

/**
 * Builds a procedure that everybody may call who reaches the server. This and `procedureFor` are the only ways to make
 * one, so that none is without a declaration.
 */
export function publicProcedure() {
  return t.procedure.meta({ needs: 'nothing' }).use(mapErrors);
}

export const router = t.router;

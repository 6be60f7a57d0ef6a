import { type ErrorCode, errorCodes } from '#shared/errorCodes.ts';
import { CliProblem } from './cliProblem.ts';
import { refusalAdvice } from './refusalAdvice.ts';

const TIMEOUT_MS = 30_000;

const HEADERS = { 'x-cachescope': '1', accept: 'application/json' };

interface ServerCall {
  /** As the person gave it. */
  readonly serverUrl: string;
  readonly procedure: string;
  readonly input: unknown;
  readonly kind: 'query' | 'mutation';
  /** `name=value`; null = without a session. */
  readonly cookie: string | null;
  /** Plans are bound to it, as to the tab of a browser; absent = none. */
  readonly sessionName?: string;
  /** How long to wait; absent = 30 s. */
  readonly timeoutMs?: number;
}

interface ServerAnswer {
  readonly data: unknown;
  /** `name=value` of the cookie that the server set; null = none. */
  readonly cookie: string | null;
}

/** Calls a procedure of a running server, as the page does. Rejects with a `CliProblem` that says what to do. */
export async function askServer(call: ServerCall): Promise<ServerAnswer> {
  const { serverUrl } = call;
  const response = await send(call);
  const data = dataOf(response.status, await readJson(response, serverUrl), call);
  return { data, cookie: response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? null };
}

async function send({
  serverUrl,
  procedure,
  input,
  kind,
  timeoutMs = TIMEOUT_MS,
  ...from
}: ServerCall): Promise<Response> {
  const url = new URL(`api/trpc/${procedure}`, serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`);
  const headers = { ...HEADERS, origin: url.origin, ...identityHeaders(from) };
  if (kind === 'query') url.searchParams.set('input', JSON.stringify(input));
  const sent: RequestInit =
    kind === 'query'
      ? { headers }
      : {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(input),
        };
  try {
    return await fetch(url, { ...sent, signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new CliProblem(
      `No Cachescope answers at ${serverUrl} (${why}). Start one with "cachescope serve", or say where it runs with --url URL.`,
      { code: 'noAnswer' },
    );
  }
}

function identityHeaders({ cookie, sessionName }: Pick<ServerCall, 'cookie' | 'sessionName'>) {
  return {
    ...(cookie === null ? {} : { cookie }),
    ...(sessionName === undefined ? {} : { 'x-cachescope-session': sessionName }),
  };
}

async function readJson(response: Response, serverUrl: string): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw notOurs(response.status, serverUrl);
  }
}

/** tRPC's envelope: `{result: {data}}`, or `{error: {message}}`; the request gate answers `{code, message}`. */
function dataOf(status: number, body: unknown, { serverUrl, cookie, procedure }: ServerCall): unknown {
  const result = fieldOf(body, 'result');
  if (result !== undefined) return fieldOf(result, 'data');
  const error = fieldOf(body, 'error');
  const message = fieldOf(error, 'message') ?? fieldOf(body, 'message');
  if (typeof message !== 'string') throw notOurs(status, serverUrl);
  const code = codeOf(fieldOf(fieldOf(error, 'data'), 'appCode'));
  // Who was named already has a session that ended, or is not allowed to: another name is no remedy then.
  const isHopeless = code === null || (code === 'notLoggedIn' && cookie !== null);
  const advice = isHopeless ? '' : refusalAdvice({ code, message, procedure });
  throw new CliProblem(`${serverUrl} refused: ${[message, advice].filter((text) => text !== '').join(' ')}`, {
    code,
  });
}

function codeOf(sent: unknown): ErrorCode | null {
  return errorCodes.find((known) => known === sent) ?? null;
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

function notOurs(status: number, serverUrl: string): CliProblem {
  return new CliProblem(`What answers at ${serverUrl} is no Cachescope (HTTP ${status}). Say --url URL.`);
}

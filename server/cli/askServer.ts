import { CliProblem } from './cliProblem.ts';

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

async function send({ serverUrl, procedure, input, kind, cookie }: ServerCall): Promise<Response> {
  const url = new URL(`api/trpc/${procedure}`, serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`);
  const headers = { ...HEADERS, origin: url.origin, ...(cookie === null ? {} : { cookie }) };
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
    return await fetch(url, { ...sent, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new CliProblem(
      `No Cachescope answers at ${serverUrl} (${why}). Start one with "cachescope serve", or say where it runs with --url URL.`,
    );
  }
}

async function readJson(response: Response, serverUrl: string): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw notOurs(response.status, serverUrl);
  }
}

/** tRPC's envelope: `{result: {data}}`, or `{error: {message}}`; the request gate answers `{code, message}`. */
function dataOf(status: number, body: unknown, { serverUrl, cookie }: ServerCall): unknown {
  const result = fieldOf(body, 'result');
  if (result !== undefined) return fieldOf(result, 'data');
  const error = fieldOf(body, 'error');
  const message = fieldOf(error, 'message') ?? fieldOf(body, 'message');
  if (typeof message !== 'string') throw notOurs(status, serverUrl);
  const isStranger = fieldOf(fieldOf(error, 'data'), 'appCode') === 'notLoggedIn' && cookie === null;
  const advice = isStranger ? ' Say who you are with --user NAME.' : '';
  throw new CliProblem(`${serverUrl} refused: ${message}${advice}`);
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

function notOurs(status: number, serverUrl: string): CliProblem {
  return new CliProblem(`What answers at ${serverUrl} is no Cachescope (HTTP ${status}). Say --url URL.`);
}

import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/api/appRouter.ts';
import { CliProblem } from './cliProblem.ts';

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

/** What the commands ask of the API. */
interface Queries {
  readonly 'patterns.list': {
    readonly input: Inputs['patterns']['list'];
    readonly output: Outputs['patterns']['list'];
  };
  readonly 'audit.list': {
    readonly input: Inputs['audit']['list'];
    readonly output: Outputs['audit']['list'];
  };
  readonly 'ttl.get': { readonly input: Inputs['ttl']['get']; readonly output: Outputs['ttl']['get'] };
}

export type PatternList = Queries['patterns.list']['output'];
export type TtlAnswer = Queries['ttl.get']['output'];

/** Asks a running server, as the page does. Rejects with a `CliProblem` that says what to do. */
export type ApiQuery = <Name extends keyof Queries>(
  name: Name,
  input: Queries[Name]['input'],
) => Promise<Queries[Name]['output']>;

const TIMEOUT_MS = 30_000;

const HEADERS = { 'x-cachescope': '1', accept: 'application/json' };

export function openApiQuery(serverUrl: string): ApiQuery {
  async function query<Name extends keyof Queries>(
    name: Name,
    input: Queries[Name]['input'],
  ): Promise<Queries[Name]['output']>;
  async function query(name: string, input: unknown): Promise<unknown> {
    const url = new URL(`api/trpc/${name}`, serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`);
    url.searchParams.set('input', JSON.stringify(input));
    const response = await ask(url, serverUrl);
    return dataOf(response.status, await readJson(response, serverUrl), serverUrl);
  }
  return query;
}

async function ask(url: URL, serverUrl: string): Promise<Response> {
  try {
    return await fetch(url, { headers: HEADERS, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
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
function dataOf(status: number, body: unknown, serverUrl: string): unknown {
  const result = fieldOf(body, 'result');
  if (result !== undefined) return fieldOf(result, 'data');
  const message = fieldOf(fieldOf(body, 'error'), 'message') ?? fieldOf(body, 'message');
  if (typeof message !== 'string') throw notOurs(status, serverUrl);
  throw new CliProblem(`${serverUrl} refused: ${message}`);
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

function notOurs(status: number, serverUrl: string): CliProblem {
  return new CliProblem(`What answers at ${serverUrl} is no Cachescope (HTTP ${status}). Say --url URL.`);
}

import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/api/appRouter.ts';
import { askServer } from './askServer.ts';
import type { CliLogin } from './cliLogin.ts';

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

/** `login` = with a session of its own. */
export function openApiQuery(serverUrl: string, login: CliLogin | null = null): ApiQuery {
  async function query<Name extends keyof Queries>(
    name: Name,
    input: Queries[Name]['input'],
  ): Promise<Queries[Name]['output']>;
  async function query(procedure: string, input: unknown): Promise<unknown> {
    const cookie = login === null ? null : await login.cookie();
    const { data } = await askServer({ serverUrl, procedure, input, kind: 'query', cookie });
    return data;
  }
  return query;
}

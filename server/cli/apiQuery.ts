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
  readonly 'keys.find': {
    readonly input: Inputs['keys']['find'];
    readonly output: Outputs['keys']['find'];
  };
  readonly 'keys.inspect': {
    readonly input: Inputs['keys']['inspect'];
    readonly output: Outputs['keys']['inspect'];
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
    // Names of keys are posted, so that they stand in no address and no log of a proxy.
    const kind = procedure.startsWith('keys.') ? 'mutation' : 'query';
    const { data } = await askServer({ serverUrl, procedure, input, kind, cookie });
    return data;
  }
  return query;
}

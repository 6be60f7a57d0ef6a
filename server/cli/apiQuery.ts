import { randomUUID } from 'node:crypto';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/api/appRouter.ts';
import { askServer } from './askServer.ts';
import type { CliLogin } from './cliLogin.ts';

/** What the commands ask of the API. */
type Procedure =
  | 'patterns.list'
  | 'ttl.get'
  | 'warming.get'
  | 'resilience.get'
  | 'audit.list'
  | 'keys.find'
  | 'keys.inspect'
  | 'keys.compare'
  | 'tags.list'
  | 'tags.detail'
  | 'tags.readMark'
  | 'approvals.ask'
  | 'approvals.approve'
  | 'approvals.decline'
  | 'approvals.withdraw'
  | 'approvals.list'
  | 'approvals.get'
  | 'jobs.planPurge'
  | 'jobs.planUndo'
  | 'jobs.planMark'
  | 'jobs.planRepair'
  | 'jobs.planWarm'
  | 'jobs.planLetters'
  | 'letters.list'
  | 'jobs.start'
  | 'jobs.cancel'
  | 'jobs.pause'
  | 'jobs.resume'
  | 'jobs.get'
  | 'jobs.list';

/** A plan may walk all names of keys, 100,000 a second. Longer than this, Node's own fetch waits for no answer. */
const PLAN_TIMEOUT_MS = 300_000;

/** What stands under `router.procedure`. */
type At<Tree, Name extends string> = Name extends `${infer Router}.${infer One}`
  ? Router extends keyof Tree
    ? One extends keyof Tree[Router]
      ? Tree[Router][One]
      : never
    : never
  : never;

type Input<Name extends Procedure> = At<inferRouterInputs<AppRouter>, Name>;
type Output<Name extends Procedure> = At<inferRouterOutputs<AppRouter>, Name>;

export type PatternList = Output<'patterns.list'>;
export type TtlAnswer = Output<'ttl.get'>;
export type WarmingAnswer = Output<'warming.get'>;

/** Asks a running server, as the page does. Rejects with a `CliProblem` that says what to do. */
export type ApiQuery = <Name extends Procedure>(name: Name, input: Input<Name>) => Promise<Output<Name>>;

/** `login` = with a session of its own. */
export function openApiQuery(serverUrl: string, login: CliLogin | null = null): ApiQuery {
  const sessionName = `cli-${randomUUID()}`;
  async function query<Name extends Procedure>(name: Name, input: Input<Name>): Promise<Output<Name>>;
  async function query(procedure: string, input: unknown): Promise<unknown> {
    const cookie = login === null ? null : await login.cookie();
    // Names of keys and tags are posted, so that they stand in no address and no log of a proxy.
    const kind = /^(?:keys|tags|jobs|approvals)\./.test(procedure) ? 'mutation' : 'query';
    const call = { serverUrl, procedure, input, kind, cookie, sessionName } as const;
    const isLong = procedure === 'jobs.planPurge';
    const { data } = await askServer(isLong ? { ...call, timeoutMs: PLAN_TIMEOUT_MS } : call);
    return data;
  }
  return query;
}

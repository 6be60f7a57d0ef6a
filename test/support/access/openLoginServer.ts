import type { Config } from '#server/config/config.ts';
import { openServer } from '#server/openServer.ts';
import type { ServerSurroundings } from '#server/serverSurroundings.ts';
import { freePort } from '../freePort.ts';
import { testConfig, testSurroundings } from '../testConfig.ts';
import { PASSWORD } from './openTestLogins.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `data` of the result; undefined when it was refused. */
  readonly data: unknown;
  /** Our code of the refusal; null when there is none. */
  readonly appCode: string | null;
  readonly message: string;
  /** `name=value` of the cookie that was set; null when none was. */
  readonly cookie: string | null;
}

export interface Asking {
  readonly cookie?: string | null;
  /** Sent as the body of a mutation; a query has `query: true`. */
  readonly input?: unknown;
  readonly isQuery?: boolean;
  readonly headers?: Record<string, string>;
}

/** Asks one procedure over HTTP, as a browser does. */
export async function askApi(url: string, path: string, asking: Asking = {}): Promise<ApiAnswer> {
  const { cookie = null, input, isQuery = false, headers = {} } = asking;
  const query = isQuery ? `?input=${encodeURIComponent(JSON.stringify(input ?? {}))}` : '';
  const response = await fetch(`${url}/api/trpc/${path}${query}`, {
    method: isQuery ? 'GET' : 'POST',
    headers: {
      'x-cachescope': '1',
      'x-cachescope-session': 'tab-1',
      origin: url,
      ...(cookie === null ? {} : { cookie }),
      ...(isQuery ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(isQuery ? {} : { body: JSON.stringify(input ?? {}) }),
  });
  const text = await response.text();
  // A stream begins before it is refused, so the refusal is its first event.
  const refusal = /event: serialized-error\ndata: (.*)/.exec(text)?.[1];
  const body = JSON.parse(refusal === undefined ? text : `{"error":${refusal}}`);
  return {
    status: body?.error?.data?.httpStatus ?? response.status,
    headers: response.headers,
    text,
    data: body?.result?.data,
    appCode: body?.error?.data?.appCode ?? body?.code ?? null,
    message: body?.error?.message ?? body?.message ?? '',
    cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? null,
  };
}

/** A server with a login, its admin `ada`, and everything that it logged. No Redis answers it. */
export async function openLoginServer(
  overrides: Partial<Config> = {},
  around: Partial<ServerSurroundings> = {},
) {
  const lines: string[] = [];
  const config = testConfig(await freePort(), { isLoginWanted: true, ...overrides });
  const server = await openServer(config, {
    ...testSurroundings,
    log: (line) => lines.push(line),
    ...around,
  });
  const { url } = server;
  const token = /once: (\S+)$/.exec(lines.join('\n'))?.[1] ?? '';
  const claim = await askApi(url, 'access.claimFirstAdmin', {
    input: { token, name: 'ada', password: PASSWORD },
  });
  return {
    url,
    config,
    lines,
    token,
    claim,
    adminCookie: claim.cookie ?? '',
    ask: (path: string, asking?: Asking) => askApi(url, path, asking),
    login: (name: string, password = PASSWORD, asking: Asking = {}) =>
      askApi(url, 'access.login', { ...asking, input: { name, password } }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

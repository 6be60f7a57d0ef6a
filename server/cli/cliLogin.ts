import { isLoopbackHost } from '#server/config/loopbackHost.ts';
import { askServer } from './askServer.ts';
import { CliProblem } from './cliProblem.ts';

/** A session for as long as one command runs. */
export interface CliLogin {
  /** Logs in when first asked. Rejects with a `CliProblem`. */
  cookie(): Promise<string>;
  /** Logs out, if it came to a login; never rejects, since the server ends the session by itself too. */
  end(): Promise<void>;
}

interface LoginOptions {
  readonly serverUrl: string;
  readonly name: string;
  /** Null = there is none, and nobody who could be asked. */
  readonly readPassword: (name: string) => Promise<string | null>;
}

export function openCliLogin({ serverUrl, name, readPassword }: LoginOptions): CliLogin {
  let held: Promise<string> | null = null;
  const logIn = async (): Promise<string> => {
    checkWay(serverUrl);
    const password = await readPassword(name);
    if (password === null)
      throw new CliProblem(
        'There is no password: set CACHESCOPE_PASSWORD, or run this in a terminal to be asked for it.',
      );
    const call = { serverUrl, procedure: 'access.login', kind: 'mutation', cookie: null } as const;
    const { cookie } = await askServer({ ...call, input: { name, password } });
    if (cookie === null) throw new CliProblem(`${serverUrl} gave no session.`);
    return cookie;
  };
  return {
    cookie() {
      held ??= logIn();
      return held;
    },
    async end() {
      const cookie = await held?.catch(() => null);
      if (cookie === null || cookie === undefined) return;
      const call = { serverUrl, procedure: 'access.logout', kind: 'mutation', cookie } as const;
      await askServer({ ...call, input: {} }).catch(() => {});
    },
  };
}

/** Before the password is sent: afterwards it would be too late to refuse. */
function checkWay(serverUrl: string): void {
  const url = new URL(serverUrl);
  if (url.protocol === 'https:' || isLoopbackHost(url.hostname)) return;
  throw new CliProblem(
    `No password is sent to ${serverUrl}, since it could be read on the way. Use https, or "ssh -L 7676:127.0.0.1:7676 that-machine" and http://127.0.0.1:7676.`,
  );
}

import { readFile } from 'node:fs/promises';
import { PrometheusProblem } from './prometheusProblem.ts';

/** A Prometheus server, and how to be let in. Secrets stay in memory; files with them are read for each request, since some rotate. */
export interface PrometheusAccess {
  /** Without user and password; with the path under which `api/v1` stands. */
  readonly url: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly passwordFile: string | null;
  readonly token: string | null;
  readonly tokenFile: string | null;
}

/** A header cannot hold more, and no secret does. */
const MAX_SECRET_CHARACTERS = 16_384;

/** Value of the header `authorization`; null = none. Throws when a file is not what it should be, without its content. */
export async function readAuthorization(access: PrometheusAccess): Promise<string | null> {
  const token = access.tokenFile === null ? access.token : await readSecret(access.tokenFile);
  if (token !== null) return `Bearer ${token}`;
  if (access.username === null) return null;
  const password = access.passwordFile === null ? access.password : await readSecret(access.passwordFile);
  return `Basic ${Buffer.from(`${access.username}:${password ?? ''}`).toString('base64')}`;
}

async function readSecret(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new PrometheusProblem(`${path} with its credentials cannot be read.`);
  // Editors end files with a line break, which belongs to no secret.
  const secret = text.replace(/\r?\n$/, '');
  if (secret.length <= MAX_SECRET_CHARACTERS && !/[\r\n\0]/.test(secret)) return secret;
  throw new PrometheusProblem(`${path} does not hold one line with its credentials.`);
}

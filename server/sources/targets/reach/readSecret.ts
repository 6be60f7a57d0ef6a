import { readFile } from 'node:fs/promises';
import { ScrapeProblem } from '../scrape/scrape.ts';

/** A password or token file of more is the wrong file. */
const MAX_SECRET_CHARACTERS = 16_384;

/** The one line of a file with a secret, read anew so that a rotated one is taken over. Throws `ScrapeProblem` credentials. */
export async function readSecret(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new ScrapeProblem('credentials', `${path} with its credentials cannot be read.`);
  // Editors end files with a line break, which belongs to no secret.
  const secret = text.replace(/\r?\n$/, '');
  if (secret.length > MAX_SECRET_CHARACTERS || /[\r\n\0]/.test(secret))
    throw new ScrapeProblem('credentials', `${path} does not hold one line with its credentials.`);
  return secret;
}

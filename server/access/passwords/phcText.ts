import { type Argon2Cost, HASH_BYTES, SALT_BYTES } from './argon2id.ts';

/** A hash with all that is needed to compute it again. */
export interface PasswordHash {
  readonly cost: Argon2Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const FORM = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** As PHC writes it (`$argon2id$v=19$m=19456,t=2,p=1$salt$hash`), so that other programs can read the file of users. */
export function formatPhc({ cost, salt, hash }: PasswordHash): string {
  const { memoryKib, passes, lanes } = cost;
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Null when the text is none. */
export function parsePhc(text: string): PasswordHash | null {
  const [, memory, passes, lanes, salt, hash] = FORM.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return null;
  const parsed = {
    cost: { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  return parsed.salt.length >= SALT_BYTES && parsed.hash.length === HASH_BYTES ? parsed : null;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

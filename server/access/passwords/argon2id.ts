import { argon2 } from 'node:crypto';

/** What one computation costs. */
export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The least that OWASP's password storage sheet asks of Argon2id. More memory would let fewer logins in at a time. */
export const ARGON2_COST: Argon2Cost = { memoryKib: 19_456, passes: 2, lanes: 1 };

export const SALT_BYTES = 16;
export const HASH_BYTES = 32;

/** One computation, off the event loop. */
export type Derive = (password: string, salt: Buffer, cost: Argon2Cost) => Promise<Buffer>;

/** Argon2id of OpenSSL, through Node. */
export const deriveArgon2id: Derive = (password, salt, { memoryKib, passes, lanes }) =>
  new Promise((resolve, reject) => {
    const parameters = {
      message: Buffer.from(password, 'utf8'),
      nonce: salt,
      parallelism: lanes,
      tagLength: HASH_BYTES,
      memory: memoryKib,
      passes,
    };
    argon2('argon2id', parameters, (error, derived) => (error === null ? resolve(derived) : reject(error)));
  });

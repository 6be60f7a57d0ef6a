import { randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '#shared/errorCodes.ts';
import { ARGON2_COST, type Argon2Cost, type Derive, deriveArgon2id, SALT_BYTES } from './argon2id.ts';
import { formatPhc, parsePhc } from './phcText.ts';
import { createWorkQueue } from './workQueue.ts';

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Costs one computation whatever the outcome, also for `null`, which is the hash of nobody. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** True when the hash was made at another cost than today's: make it anew while the password is at hand. */
  isOutdated(hash: string): boolean;
}

/**
 * Two computations of 19 MiB at a time, so that a flood of logins takes neither the memory nor the threads that files need;
 * and a line that is worth waiting in.
 */
const QUEUE = { atOnce: 2, waiting: 16 };

interface HasherOptions {
  readonly cost?: Argon2Cost;
  readonly derive?: Derive;
}

/** Rejects with `AppError` tooManyLogins when too many computations wait. */
export function createPasswordHasher(options: HasherOptions = {}): PasswordHasher {
  const { cost = ARGON2_COST, derive = deriveArgon2id } = options;
  const queue = createWorkQueue(QUEUE);
  const compute = (password: string, salt: Buffer, at: Argon2Cost) => {
    // The same characters are typed differently on different keyboards (NIST SP 800-63B).
    const result = queue.run(() => derive(password.normalize('NFKC'), salt, at));
    if (result === null)
      throw new AppError('tooManyLogins', 'Too many logins at once. Try again in some seconds.');
    return result;
  };
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return formatPhc({ cost, salt, hash: await compute(password, salt, cost) });
    },
    async verify(password, text) {
      const held = text === null ? null : parsePhc(text);
      if (held === null) {
        await compute(password, randomBytes(SALT_BYTES), cost);
        return false;
      }
      return timingSafeEqual(await compute(password, held.salt, held.cost), held.hash);
    },
    isOutdated(text) {
      const held = parsePhc(text);
      return (
        held === null ||
        held.cost.memoryKib !== cost.memoryKib ||
        held.cost.passes !== cost.passes ||
        held.cost.lanes !== cost.lanes
      );
    },
  };
}

import { type Derive, deriveArgon2id } from '#server/access/passwords/argon2id.ts';
import { createPasswordHasher } from '#server/access/passwords/passwordHasher.ts';

/** The least that Argon2 allows: as the real one, but for its cost. */
export const QUICK_COST = { memoryKib: 8, passes: 1, lanes: 1 };

/** A hasher for tests that counts its computations. */
export function quickHasher(cost = QUICK_COST) {
  let computedCount = 0;
  const derive: Derive = (password, salt, at) => {
    computedCount += 1;
    return deriveArgon2id(password, salt, at);
  };
  return Object.assign(createPasswordHasher({ cost, derive }), { computedCount: () => computedCount });
}

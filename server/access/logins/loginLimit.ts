import { createHash } from 'node:crypto';

/** How many failed tries are free, and how long one takes to come back. */
interface Allowance {
  readonly tries: number;
  readonly refillMs: number;
}

/**
 * Ours. A name: 5 at once, then one in 30 s, so 2,880 guesses a day at a password of 12 characters, and never a lock-out of
 * longer than that for the one who is paged at night. An address may be the proxy of many people: 30, then one in 3 s.
 */
const OF_NAME: Allowance = { tries: 5, refillMs: 30_000 };
const OF_ADDRESS: Allowance = { tries: 30, refillMs: 3_000 };
/** Names and addresses remembered; each address can bring only as many as its tries. */
const MAX_REMEMBERED = 20_000;

export interface Attempt {
  /** As typed, known or not: an answer must not tell which. */
  readonly name: string;
  readonly address: string;
}

export interface LoginLimit {
  /** Takes one try before the password is looked at, so that tries beside each other count too; or says how long to wait. */
  take(attempt: Attempt): { readonly waitMs: number; readonly of: 'name' | 'address' } | null;
  /** After a login that was right. */
  giveBack(attempt: Attempt): void;
}

export function createLoginLimit(elapsedMs: () => number): LoginLimit {
  /** Time that must pass until all tries are free again. */
  const debts = new Map<string, { debtMs: number; atMs: number }>();
  const debtOf = (key: string): number => {
    const held = debts.get(key);
    return held === undefined ? 0 : Math.max(0, held.debtMs - (elapsedMs() - held.atMs));
  };
  const put = (key: string, debtMs: number) => {
    debts.delete(key);
    if (debtMs <= 0) return;
    debts.set(key, { debtMs, atMs: elapsedMs() });
    const [oldest] = debts.keys();
    if (debts.size > MAX_REMEMBERED && oldest !== undefined) debts.delete(oldest);
  };
  const waitOf = (key: string, { tries, refillMs }: Allowance): number =>
    Math.max(0, debtOf(key) - (tries - 1) * refillMs);
  return {
    take({ name, address }) {
      const [nameKey, addressKey] = [keyOf('name', name), keyOf('address', address)];
      const addressMs = waitOf(addressKey, OF_ADDRESS);
      if (addressMs > 0) return { waitMs: addressMs, of: 'address' };
      const nameMs = waitOf(nameKey, OF_NAME);
      if (nameMs > 0) return { waitMs: nameMs, of: 'name' };
      put(nameKey, debtOf(nameKey) + OF_NAME.refillMs);
      put(addressKey, debtOf(addressKey) + OF_ADDRESS.refillMs);
      return null;
    },
    giveBack({ name, address }) {
      // The name is free again: its owner has come. The address gets back this try only, or a guesser could free it himself.
      put(keyOf('name', name), 0);
      const addressKey = keyOf('address', address);
      put(addressKey, debtOf(addressKey) - OF_ADDRESS.refillMs);
    },
  };
}

/** Of one length, whatever was typed; and a password typed into the field of the name is not kept. */
function keyOf(kind: 'name' | 'address', text: string): string {
  return `${kind} ${createHash('sha256').update(text).digest('base64')}`;
}

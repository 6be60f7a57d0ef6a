import { expect, it } from 'vitest';
import { deriveArgon2id } from '#server/access/passwords/argon2id.ts';
import { createPasswordHasher } from '#server/access/passwords/passwordHasher.ts';
import { QUICK_COST, quickHasher } from '#test/support/access/quickHasher.ts';

it('is Argon2id as the reference implementation tests itself', async () => {
  // P-H-C/phc-winner-argon2, src/test.c: version 0x13, t = 2, m = 2^8 KiB, p = 1.
  const cost = { memoryKib: 256, passes: 2, lanes: 1 };
  const derived = await deriveArgon2id('password', Buffer.from('somesalt'), cost);
  expect(derived.toString('hex')).toBe('9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe');
});

it('costs by default what OWASP asks for at least', async () => {
  expect(await createPasswordHasher().hash('correct horse battery')).toContain('$m=19456,t=2,p=1$');
});

it('knows its own hashes and no other password', async () => {
  const hasher = quickHasher();
  const hash = await hasher.hash('correct horse battery');
  expect(await hasher.verify('correct horse battery', hash)).toBe(true);
  expect(await hasher.verify('correct horse batterY', hash)).toBe(false);
  expect(hash).not.toContain('horse');
});

it('gives the same password another hash each time', async () => {
  const hasher = quickHasher();
  expect(await hasher.hash('correct horse battery')).not.toBe(await hasher.hash('correct horse battery'));
});

it('takes one password typed on two keyboards for the same', async () => {
  const hasher = quickHasher();
  const hash = await hasher.hash('caf\u00e9 with cre\u0300me');
  expect(await hasher.verify('cafe\u0301 with cr\u00e8me', hash)).toBe(true);
});

it.each([null, '', 'not a hash'])('computes once for %j, and says no', async (hash) => {
  const hasher = quickHasher();
  expect(await hasher.verify('correct horse battery', hash)).toBe(false);
  expect(hasher.computedCount()).toBe(1);
});

it('verifies a hash of an older cost and calls it outdated', async () => {
  const old = await quickHasher({ ...QUICK_COST, memoryKib: 16 }).hash('correct horse battery');
  const hasher = quickHasher();
  expect(await hasher.verify('correct horse battery', old)).toBe(true);
  expect(hasher.isOutdated(old)).toBe(true);
  expect(hasher.isOutdated(await hasher.hash('x'))).toBe(false);
});

it('computes two at a time, lets 16 wait, and refuses the rest of a flood', async () => {
  let runningCount = 0;
  let mostCount = 0;
  const hasher = createPasswordHasher({
    cost: QUICK_COST,
    derive: async (password, salt, cost) => {
      runningCount += 1;
      mostCount = Math.max(mostCount, runningCount);
      const derived = await deriveArgon2id(password, salt, cost);
      runningCount -= 1;
      return derived;
    },
  });
  const all = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.verify('x', null)));
  expect(mostCount).toBe(2);
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(18);
  const refused = all.find(({ status }) => status === 'rejected');
  expect(refused).toMatchObject({ reason: { code: 'tooManyLogins' } });
});

import { expect, it } from 'vitest';
import { planText } from '#server/cli/jobs/planned/planText.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { plansOfEachKind, warmByHook } from '#test/client/app/approvals/plansOfEachKind.ts';

const known: Record<Plan['kind'], readonly RegExp[]> = {
  purge: [/^keys +48,210 found/m, /home:blocks/],
  undo: [/^keys +31$/m, /^come back as stale +17, entries/m, /^undoes the job +job-1$/m],
  mark: [/^tag +users \(bentocache\)$/m, /^entries +not known/m, /^redis-cli SET x$/m],
  repair: [/^taken out +12 of 90 members/m, /^lists of tags +5 without/m, /^TTL raised +no$/m],
  letters: [/^letters +2,500, in cachescope:/m, /^of them +2,500 product\.updated$/m],
  warm: [
    /^lists +50,000 entries, says shop-1/m,
    /^not fresh +~40,000 \(38,000 to 42,000\)$/m,
    /does NOT fit into Redis/,
    /^of them +50,000 shop:product:\{id\}$/m,
  ],
  probe: [/^Redis serves +4,321 commands\/s now$/m, /^setting +notify-keyspace-events "" to "Km" and back$/m],
};

it.each(plansOfEachKind.map((plan) => [plan.kind, plan] as const))(
  'tells what a %s does, without its token and without how it is answered',
  (kind, plan) => {
    const text = planText({ ...plan, token: 'the-token' });
    for (const part of known[kind]) expect(text).toMatch(part);
    expect(text).not.toContain('the-token');
    expect(text).not.toContain('To start it');
  },
);

it('tells whom a warm-up through a hook gives which keys, and what they stand for', () => {
  const text = planText(warmByHook);
  expect(text).toMatch(/^hook +http:..shop:8080.warm$/m);
  expect(text).toMatch(
    /^missed most +50,000 keys, by the live probe of .* saw 81,234 missed look-ups in 30 s$/m,
  );
  expect(text).toMatch(/^stand for +62\.0 % to 71\.0 % of these/m);
  expect(text).toMatch(/^missing now +/m);
});

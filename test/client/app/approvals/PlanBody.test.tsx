// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { PlanBody } from '#client/app/approvals/PlanBody.tsx';
import { confirmLabel } from '#client/ui/dialog/confirmLabel.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { plansOfEachKind, warmByHook } from './plansOfEachKind.ts';

afterEach(cleanup);

/** What an approver must see of each kind, and what the button says that starts it. */
const known: Record<Plan['kind'], { readonly shown: readonly string[]; readonly label: string }> = {
  purge: { shown: ['48,210', 'home:blocks', 'Fenced: batches'], label: 'Purge 48,210 keys' },
  undo: { shown: ['31', '17', 'come back as stale'], label: 'Bring back 31 keys' },
  mark: { shown: ['bento:___bc:t:users', 'Services are told by their bus.'], label: 'Purge the tag' },
  repair: {
    shown: ['12', 'of 90 members', 'SREM of what is gone', 'It has none.'],
    label: 'Repair the index',
  },
  letters: { shown: ['2,500', 'product.updated', 'stream of events'], label: 'Replay 2,500 letters' },
  warm: {
    shown: ['50,000', '~40,000', 'shop-1 (3.1)', 'would evict other keys', 'and stands'],
    label: 'Warm 40,000 entries',
  },
  probe: { shown: ['4,321', 'notify-keyspace-events', '22 to 47'], label: 'Measure for 10 s' },
};

it.each(plansOfEachKind.map((plan) => [plan.kind, plan] as const))(
  'shows what a %s does, and nothing that would make another plan of it',
  (kind, plan) => {
    const { container } = render(<PlanBody plan={plan} />);
    for (const text of known[kind].shown) expect(container.textContent).toContain(text);
    expect(confirmLabel(plan)).toBe(known[kind].label);
    expect(container.querySelector('select, input')).toBeNull();
  },
);

it('shows whom a warm-up through a hook gives which keys, and what they stand for', () => {
  const { container } = render(<PlanBody plan={warmByHook} />);
  for (const text of ['missing now', 'http://shop:8080/warm', '71.0', '81,234 missed look-ups'])
    expect(container.textContent).toContain(text);
  expect(container.textContent).not.toContain('not fresh');
});

import { expect, test } from 'vitest';
import { configOf, problemsOf } from './configOf.ts';

test('above how many keys stands in a flag, a variable or a file; nobody is asked when nothing is said', () => {
  const file = JSON.stringify({ secondApproverAbove: '1000', login: true });
  const given = [
    { flags: ['--login', '--second-approver-above', '1000'] },
    { flags: ['--login'], env: { CACHESCOPE_SECOND_APPROVER_ABOVE: '1000' } },
    { flags: ['--config', 'c.json'], files: { 'c.json': file } },
  ];
  for (const one of given) expect(configOf(one).secondApproverAboveKeys).toBe(1_000);
  expect(configOf({ flags: ['--login', '--second-approver-above=0'] }).secondApproverAboveKeys).toBe(0);
  expect(configOf({ flags: ['--login'] }).secondApproverAboveKeys).toBeNull();
});

test.each([
  [['--second-approver-above', '0'], '--second-approver-above needs --login'],
  [['--login', '--second-approver-above', '1e3'], '1e3 is not a number of keys from 0 on'],
  [['--login', '--second-approver-above', '-1'], '-1 is not a number of keys from 0 on'],
])('%j is refused with a word', (flags, problem) => {
  expect(problemsOf({ flags })).toEqual([expect.stringContaining(problem)]);
});

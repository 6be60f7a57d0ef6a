import { expect, test } from 'vitest';
import { createDeclaredFamilies, familyProblem } from '#shared/keyPattern/declaredFamilies.ts';

test.each([
  ['product:all', /no placeholder/],
  ['product:\\{id\\}', /no placeholder/],
  ['a:{b}{c}{d}{e}', /more than 3 placeholders between two colons/],
  [`${'x'.repeat(520)}{id}`, /at most 512 characters/],
])('the family %j is refused with what to write instead', (template, problem) => {
  expect(familyProblem(template)).toMatch(problem);
});

test.each(['product:{id}', 'a:{b}{c}{d}:x', '{id}'])(
  'what is told to be in order, %j, is declared',
  (template) => {
    expect(familyProblem(template)).toBeNull();
    const families = createDeclaredFamilies();
    families.declare(template);
    expect(families.has(template)).toBe(true);
  },
);

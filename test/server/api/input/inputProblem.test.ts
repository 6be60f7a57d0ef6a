import { expect, it } from 'vitest';
import { z } from 'zod';
import { inputProblem } from '#server/api/input/inputProblem.ts';

const schema = z.strictObject({
  prefix: z.string().max(5).default(''),
  other: z.object({ reason: z.string().min(1) }).default({ reason: 'a' }),
  perSecond: z.number().positive().max(10).default(1),
  ids: z.array(z.string().regex(/^\d+$/)).min(1).max(2).default(['1']),
  act: z.enum(['replay', 'drop']).default('drop'),
  range: z
    .number()
    .refine((value) => value !== 13, 'The range is an unlucky one.')
    .default(1),
});

it.each<[unknown, string]>([
  [
    { prefix: 'too long' },
    'The name of the service, or the start of its keys, is too long: at most 5 characters.',
  ],
  [{ other: { reason: '' } }, 'The reason is empty.'],
  [{ perSecond: 11 }, 'The rate is too large: at most 10.'],
  [{ perSecond: 0 }, 'The rate is too small: above 0.'],
  [{ perSecond: 'fast' }, 'The rate is missing, or no number.'],
  [{ ids: [] }, '"ids" is empty.'],
  [{ ids: ['1', '2', '3'] }, '"ids" holds too many: at most 2.'],
  [{ ids: ['one'] }, '"ids" is not of the form that it must have.'],
  [{ act: 'eat' }, '"act" must be replay or drop.'],
  [{ acts: 'eat' }, 'What was asked has something that is not known: acts.'],
  [{ range: 13 }, 'The range is an unlucky one.'],
  [{ act: 'eat', perSecond: 11 }, 'The rate is too large: at most 10. "act" must be replay or drop.'],
])('%j is refused in words', (input, text) => {
  const { error } = schema.safeParse(input);
  expect(error === undefined ? '' : inputProblem(error)).toBe(text);
});

import { expect, it } from 'vitest';
import { refusalAdvice } from '#server/cli/refusalAdvice.ts';
import { safeRateText } from '#shared/services/warmRate.ts';

const overload = { code: 'sourceOverload', message: 'It would be too much.' } as const;

it('names the flags of the command that was refused for its load', () => {
  const purge = refusalAdvice({ ...overload, procedure: 'jobs.planPurge' });
  expect(purge).toBe('Such as --method spread --over 1h.');
  const warm = (room: number) =>
    refusalAdvice({ ...overload, message: safeRateText(room), procedure: 'jobs.planWarm' });
  expect(warm(1_250.7)).toBe('Say --rate 1250.');
  expect(warm(0.4)).toBe('Wait until the source has room.');
});

it('is nothing where the message says it all', () => {
  expect(refusalAdvice({ code: 'notFound', message: 'No such job.', procedure: 'jobs.get' })).toBe('');
});

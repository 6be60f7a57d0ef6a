import { expect, it } from 'vitest';
import { SeenCommands } from '#cache/control/seenCommands.ts';

it('knows an id until its time, and takes no more than it can remember', () => {
  const seen = new SeenCommands();
  expect(seen.take('a', 10, 0)).toBe('new');
  expect(seen.take('a', 10, 9)).toBe('repeated');
  for (let at = 1; at < 10_000; at += 1) seen.take(String(at), 20, 9);
  expect(seen.take('b', 20, 9)).toBe('full');
  expect(seen.take('a', 20, 10)).toBe('new');
});

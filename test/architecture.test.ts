import { expect, test } from 'vitest';
import { findViolations } from './architecture/findViolations.ts';
import { readSources } from './architecture/readSources.ts';
import { rules } from './architecture/rules.ts';

test('the repository keeps the rules of who may import whom', async () => {
  const sources = await readSources();
  expect(sources.length).toBeGreaterThan(50);
  expect(findViolations(sources, rules)).toEqual([]);
});

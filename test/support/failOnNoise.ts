import { afterEach, beforeEach, expect, vi } from 'vitest';

// A warning nobody expected is a failure nobody looked at.
beforeEach(() => {
  vi.spyOn(console, 'error');
  vi.spyOn(console, 'warn');
});

afterEach(() => {
  const noise = [...vi.mocked(console.error).mock.calls, ...vi.mocked(console.warn).mock.calls];
  vi.restoreAllMocks();
  expect(noise, 'nothing is written to console.error or console.warn').toEqual([]);
});

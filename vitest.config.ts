import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longestFirst.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/support/failOnNoise.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two at a time: real Redis servers and Chromium run beside them, on machines of two cores.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});

import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longestFirst.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/support/failOnNoise.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Three on a machine of two cores: most wait for a real Redis or Chromium much of their time.
    maxWorkers: 3,
    // A process for each of hundreds of files would cost a quarter of the time. What a test starts it ends, so nothing is carried over.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});

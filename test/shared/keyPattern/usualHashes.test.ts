import { describe, expect, it } from 'vitest';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { seeded } from './keyspace.ts';

describe('segments that could be hashes', () => {
  it('of eight digits are hashes where these are usual, else ids or dates', () => {
    const random = seeded(8);
    const learner = createPatternLearner();
    for (let index = 0; index < 50; index += 1) {
      learner.learn(
        `facet:${Math.floor(random() * 2 ** 32)
          .toString(16)
          .padStart(8, 'a')}`,
      );
      learner.learn(`order:${10_000_000 + Math.floor(random() * 9_000_000)}`);
    }
    expect(learner.patternOf('facet:12345678')).toBe('facet:{hash}');
    expect(learner.patternOf('facet:deadbeef')).toBe('facet:{hash}');
    expect(learner.patternOf('order:20261123')).toBe('order:{id}');
    expect(learner.patternOf('day:20261123')).toBe('day:{date}');
  });

  it('of letters only join the hashes once these are usual, also when they came first; sections stay', () => {
    const random = seeded(9);
    const learner = createPatternLearner();
    learner.learn('facet:eeafcbac');
    for (let id = 0; id < 20; id += 1) learner.learn(`facet:feedface:${id}`);
    for (let index = 0; index < 20; index += 1) {
      const digits = Math.floor(random() * 2 ** 28).toString(16);
      learner.learn(`facet:${digits.padStart(7, '0')}7`);
    }
    expect(learner.patternOf('facet:eeafcbac')).toBe('facet:{hash}');
    expect(learner.canonical('facet:eeafcbac')).toBe('facet:{hash}');
    expect(learner.patternOf('facet:feedface:7')).toBe('facet:feedface:{id}');
  });
});

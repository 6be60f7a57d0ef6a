import { describe, expect, it } from 'vitest';
import { MessageNumbers } from '#shared/control/messageNumbers.ts';

const take = (numbers: MessageNumbers, count: number) => Array.from({ length: count }, () => numbers.next());

describe('the numbers of messages', () => {
  it('rise from 1 without gaps', () => {
    expect(take(new MessageNumbers(1_000), 3)).toEqual([1, 2, 3]);
  });

  it('that were not confirmed are given again, in whichever order that became known', () => {
    for (const order of [
      [2, 3],
      [3, 2],
    ]) {
      const numbers = new MessageNumbers(1_000);
      take(numbers, 3);
      for (const seq of order) numbers.takeBack(seq);
      expect(take(numbers, 2)).toEqual([2, 3]);
    }
  });

  it('leave a gap where a later one was sent, which is what those who hear must know', () => {
    const numbers = new MessageNumbers(1_000);
    take(numbers, 3);
    numbers.takeBack(2);
    expect(numbers.next()).toBe(4);
  });
});

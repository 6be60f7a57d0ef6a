import { expect, it } from 'vitest';
import { NewsNumbers } from '#server/jobs/purge/news/newsNumbers.ts';

it('numbers each channel by itself, under one name and beginning', () => {
  const numbers = new NewsNumbers({ from: 'cachescope server 1', sinceMs: 5_000 });
  const [shop, blog] = [Buffer.from('shop'), Buffer.from('blog')];
  expect(numbers.stamp(shop)).toEqual({ from: 'cachescope server 1', since: 5_000, seq: 1 });
  const second = numbers.stamp(shop);
  expect([second.seq, numbers.stamp(blog).seq]).toEqual([2, 1]);
  numbers.takeBack(shop, second);
  expect([numbers.stamp(shop).seq, numbers.stamp(blog).seq]).toEqual([2, 2]);
});

import { expect, it } from 'vitest';
import { whileAllowed } from '#server/api/whileAllowed.ts';
import { manualClock } from '#test/support/manualClock.ts';

function watching(isAllowed: () => boolean) {
  const { pause } = manualClock();
  const check = () => {
    if (!isAllowed()) throw new Error('ended');
  };
  return { check, pause, signal: undefined };
}

it('passes every event on and ends with its source', async () => {
  async function* source() {
    yield 1;
    yield 2;
  }
  const seen: unknown[] = [];
  const stream = whileAllowed(
    source(),
    watching(() => true),
  );
  for await (const event of stream) seen.push(event);
  expect(seen).toEqual([1, 2]);
});

it('passes no event on once it is not allowed', async () => {
  let isAllowed = true;
  async function* source() {
    yield 1;
    isAllowed = false;
    yield 2;
  }
  const seen: unknown[] = [];
  const read = async () => {
    for await (const event of whileAllowed(
      source(),
      watching(() => isAllowed),
    ))
      seen.push(event);
  };
  await expect(read()).rejects.toThrow('ended');
  expect(seen).toEqual([1]);
});

it('ends a source that is silent', async () => {
  let askedCount = 0;
  async function* source() {
    await new Promise(() => {});
    yield 1;
  }
  const stream = whileAllowed(
    source(),
    watching(() => {
      askedCount += 1;
      return askedCount < 3;
    }),
  );
  await expect(stream.next()).rejects.toThrow('ended');
  expect(askedCount).toBe(3);
});

it('lets its source clean up when the reader leaves', async () => {
  let isClean = false;
  async function* source() {
    try {
      yield 1;
      yield 2;
    } finally {
      isClean = true;
    }
  }
  for await (const _ of whileAllowed(
    source(),
    watching(() => true),
  ))
    break;
  await Promise.resolve();
  expect(isClean).toBe(true);
});

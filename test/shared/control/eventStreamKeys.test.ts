import { describe, expect, it } from 'vitest';
import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import { isOwnKeyName } from '#shared/control/ownKeys.ts';

describe('the keys of an event stream', () => {
  it('share the hash tag of the stream, or have its whole name for one', () => {
    const plain = eventStreamKeys(DEFAULT_EVENT_STREAM);
    expect(plain.stream).toBe('cachescope:events');
    expect(plain.counter).toBe('cachescope:{cachescope:events}:seq');
    expect(eventStreamKeys('{shop}:a').ledgerOf('x')).toBe('cachescope:{shop}:a:group:x');
  });

  it('are known as keys of the library', () => {
    for (const stream of [DEFAULT_EVENT_STREAM, 'a', '{shop}:a']) {
      const { counter, ledgerOf, deadLettersOf } = eventStreamKeys(stream);
      expect([counter, ledgerOf('x'), deadLettersOf('x')].every(isOwnKeyName)).toBe(true);
    }
  });
});

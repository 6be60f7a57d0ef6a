import { expect, it } from 'vitest';
import { IDLE_LIMIT_MS, SESSION_LIMIT_MS, SessionStore } from '#server/access/sessions/sessionStore.ts';
import { manualClock } from '#test/support/manualClock.ts';

it('finds a session by its token alone, of 256 bits', () => {
  const store = new SessionStore(manualClock());
  const { token, session } = store.open('ada');
  expect(store.find(token)).toMatchObject({ userName: 'ada' });
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(store.find(session.id)).toBeNull();
  expect(store.find('')).toBeNull();
});

it('ends a session that was not used for half an hour, and looking is no use', () => {
  const clock = manualClock();
  const store = new SessionStore(clock);
  const { token } = store.open('ada');
  clock.advance(IDLE_LIMIT_MS - 1);
  expect(store.use(token)).not.toBeNull();
  clock.advance(IDLE_LIMIT_MS - 1);
  expect(store.find(token)).not.toBeNull();
  clock.advance(1);
  expect(store.use(token)).toBeNull();
});

it('ends a session after twelve hours, however much it is used', () => {
  const clock = manualClock();
  const store = new SessionStore(clock);
  const { token } = store.open('ada');
  for (let passedMs = 0; passedMs < SESSION_LIMIT_MS; passedMs += IDLE_LIMIT_MS / 2) {
    expect(store.use(token)).not.toBeNull();
    clock.advance(IDLE_LIMIT_MS / 2);
  }
  expect(store.find(token)).toBeNull();
});

it('does not let a clock that is set back make a session live longer', () => {
  const clock = manualClock();
  let setBackMs = 0;
  const store = new SessionStore({ ...clock, nowMs: () => clock.nowMs() - setBackMs });
  const { token } = store.open('ada');
  setBackMs = 24 * 3_600_000;
  clock.advance(IDLE_LIMIT_MS);
  expect(store.find(token)).toBeNull();
});

it('ends one, or all of a user, and leaves those of others', () => {
  const store = new SessionStore(manualClock());
  const [first, second, other] = [store.open('ada'), store.open('ada'), store.open('bob')];
  store.end(first.token);
  expect(store.find(first.token)).toBeNull();
  expect(store.find(second.token)).not.toBeNull();
  store.endAllOf('ada');
  expect(store.find(second.token)).toBeNull();
  expect(store.find(other.token)).not.toBeNull();
});

it('keeps ten of a user: the one unused for longest goes', () => {
  const store = new SessionStore(manualClock());
  const tokens = Array.from({ length: 10 }, () => store.open('ada').token);
  store.use(tokens[0] ?? '');
  store.open('ada');
  const alive = tokens.map((token) => store.find(token) !== null);
  expect(alive).toEqual([true, false, ...Array.from({ length: 8 }, () => true)]);
});

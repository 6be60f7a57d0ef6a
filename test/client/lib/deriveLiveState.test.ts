import { expect, test } from 'vitest';
import { deriveLiveState, type LiveSigns, SILENT_AFTER_MS } from '#client/lib/deriveLiveState.ts';

const NOW = 1_000_000;
const calm: LiveSigns = {
  isPaused: false,
  stream: 'pending',
  lastEventAtMs: NOW - 1_000,
  lastPollOkAtMs: null,
  isPollUnanswered: false,
  nowMs: NOW,
};
const OLD = NOW - SILENT_AFTER_MS - 1;

test.each<[string, Partial<LiveSigns>, string]>([
  ['an open stream that spoke lately', {}, 'live'],
  ['nothing at all yet', { stream: 'connecting', lastEventAtMs: null }, 'connecting'],
  ['a stream that fell silent', { lastEventAtMs: OLD }, 'reconnecting'],
  ['a stream that reconnects', { stream: 'connecting' }, 'reconnecting'],
  ['no stream, but answered requests', { stream: 'error', lastPollOkAtMs: NOW - 3_000 }, 'polling'],
  ['no stream and no answer', { stream: 'connecting', isPollUnanswered: true }, 'gone'],
  ['a request that failed while the stream lives', { isPollUnanswered: true }, 'live'],
  ['a pause, whatever else', { isPaused: true, isPollUnanswered: true, stream: 'idle' }, 'paused'],
])('%s counts as %3$s', (_name, signs, state) => {
  expect(deriveLiveState({ ...calm, ...signs })).toBe(state);
});

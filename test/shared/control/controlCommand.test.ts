import { describe, expect, it } from 'vitest';
import { type ControlAnswer, parseAnswer } from '#shared/control/controlAnswer.ts';
import { parseCommand } from '#shared/control/controlCommand.ts';

const head = { v: 1, id: 'c1', to: null, atMs: 5 };

function parse(message: unknown) {
  return parseCommand(JSON.stringify(message));
}

describe('parseCommand', () => {
  it.each([
    [{ kind: 'ping' }],
    [{ kind: 'warm.start', warmer: 'top', perSecond: null }],
    [{ kind: 'warm.start', warmer: 'top', perSecond: 2.5 }],
    [{ kind: 'warm.preview', warmer: 'top' }],
    [{ kind: 'warm.cancel', warmer: 'top' }],
    [{ kind: 'breaker.force', state: 'auto' }],
    [{ kind: 'entry.verify', key: 'shop:product:4%3A2' }],
  ])('reads %j', (command) => {
    expect(parse({ ...head, command })).toEqual({ state: 'known', message: { ...head, command } });
  });

  it('takes what is absent for the default', () => {
    expect(parse({ v: 1, id: 'c1', atMs: 5, command: { kind: 'warm.start', warmer: 'top' } })).toEqual({
      state: 'known',
      message: { ...head, command: { kind: 'warm.start', warmer: 'top', perSecond: null } },
    });
  });

  it.each([
    ['a kind it does not know', { ...head, command: { kind: 'cache.flush' } }],
    ['a later format', { ...head, v: 2, command: { kind: 'ping' } }],
    ['a state it does not know', { ...head, command: { kind: 'breaker.force', state: 'melted' } }],
    ['a rate below 0', { ...head, command: { kind: 'warm.start', warmer: 'top', perSecond: -1 } }],
    ['no command', head],
  ])('can only answer %s', (_, message) => {
    expect(parse(message)).toEqual({ state: 'unsupported', message: { id: 'c1', to: null, atMs: 5 } });
  });

  it.each([
    ['no JSON', 'PING'],
    ['an empty id', JSON.stringify({ ...head, id: '' })],
    ['an id without end', JSON.stringify({ ...head, id: 'x'.repeat(101) })],
    ['no time', JSON.stringify({ id: 'c1', command: { kind: 'ping' } })],
    ['a number as its instance', JSON.stringify({ ...head, to: 5 })],
  ])('is null for %s', (_, body) => {
    expect(parseCommand(body)).toBeNull();
  });
});

describe('parseAnswer', () => {
  const answer: ControlAnswer = {
    ...{ v: 1, id: 'c1', from: 'i1', version: '1.0', atMs: 5, state: 'progressed', reason: '', text: '' },
    ...{ doneCount: 3, plannedCount: null, leftCount: null, preview: null, snapshot: null },
  };

  it('reads what an instance wrote', () => {
    expect(parseAnswer(JSON.stringify(answer))).toEqual(answer);
  });

  it('is null for what is no answer', () => {
    expect(parseAnswer('')).toBeNull();
    expect(parseAnswer(JSON.stringify({ ...answer, state: 'perhaps' }))).toBeNull();
  });
});

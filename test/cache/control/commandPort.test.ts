import { describe, expect, it } from 'vitest';
import { signCommand } from '#shared/control/commandSignature.ts';
import type { CommandMessage, ControlCommand } from '#shared/control/controlCommand.ts';
import { commandsKey } from '#shared/control/controlCommand.ts';
import { instanceSnapshotKey } from '#shared/control/instanceSnapshot.ts';
import { someSnapshot } from './openChannel.ts';
import { answerIn, commandBody, openPort, signed } from './openPort.ts';

const ping = { kind: 'ping' } as const;

function open(ms = 1_000) {
  const now = { ms };
  const opened = openPort(now);
  const ask = async (command: ControlCommand, different: Partial<CommandMessage> = {}) =>
    answerIn(await opened.port.answer(signed(commandBody(command, { atMs: now.ms, ...different }))));
  return { ...opened, now, ask };
}

describe('a signed command for the instance', () => {
  it('is answered by it, signed, to the id of the command', async () => {
    const { ask } = open();
    expect(await ask(ping, { id: 'one' })).toMatchObject({
      ...{ id: 'one', from: 'a', version: '1.0', atMs: 1_000, state: 'done', reason: '', snapshot: null },
    });
  });

  it('says how it stands, cancels a warmer, and forces the breaker and lets it go', async () => {
    const { ask, cancelWarm, forceBreaker } = open();
    expect(await ask({ kind: 'state.read' })).toMatchObject({ state: 'done', snapshot: someSnapshot });
    expect(await ask({ kind: 'warm.cancel', warmer: 'top' })).toMatchObject({ state: 'done' });
    expect(cancelWarm).toHaveBeenCalledExactlyOnceWith('top');
    await ask({ kind: 'breaker.force', state: 'auto' });
    expect(forceBreaker).toHaveBeenCalledExactlyOnceWith(null);
  });

  it('is refused where it needs Redis, with the reason', async () => {
    const { ask } = open();
    const needing: readonly ControlCommand[] = [
      { kind: 'warm.start', warmer: 'top', perSecond: null },
      { kind: 'warm.preview', warmer: 'top' },
      { kind: 'entry.verify', key: 'shop:product:1' },
    ];
    for (const command of needing)
      expect(await ask(command)).toMatchObject({ state: 'refused', reason: 'needsRedis' });
  });

  it('is refused when it is for all, too old, too early, or of before the process began', async () => {
    const { ask, now } = open(100_000);
    expect(await ask(ping, { to: null })).toMatchObject({ state: 'refused', reason: 'notAddressed' });
    expect(await ask(ping, { atMs: 99_999 })).toMatchObject({ state: 'refused', reason: 'tooOld' });
    now.ms = 200_000;
    expect(await ask(ping, { atMs: 139_999 })).toMatchObject({ state: 'refused', reason: 'tooOld' });
    expect(await ask(ping, { atMs: 260_001 })).toMatchObject({ state: 'refused', reason: 'tooOld' });
    expect(await ask(ping, { atMs: 140_000 })).toMatchObject({ state: 'done' });
  });

  it('is done once: what is sent again is refused, for as long as it would not be too old', async () => {
    const { ask, now, cancelWarm } = open();
    const cancel = { kind: 'warm.cancel', warmer: 'top' } as const;
    await ask(cancel, { id: 'once', atMs: 60_000 });
    expect(await ask(cancel, { id: 'once', atMs: 60_000 })).toMatchObject({ reason: 'repeated' });
    now.ms = 119_999;
    expect(await ask(cancel, { id: 'once', atMs: 60_000 })).toMatchObject({ reason: 'repeated' });
    now.ms = 120_001;
    expect(await ask(cancel, { id: 'once', atMs: 60_000 })).toMatchObject({ reason: 'tooOld' });
    expect(cancelWarm).toHaveBeenCalledTimes(1);
  });

  it('of a later release is answered as unsupported', async () => {
    const { port } = open();
    const body = commandBody(ping, {}).replace('"ping"', '"cache.flush"');
    expect(answerIn(await port.answer(signed(body)))).toMatchObject({ state: 'unsupported' });
    expect(answerIn(await port.answer(signed('{}')))).toMatchObject({
      state: 'refused',
      reason: 'malformed',
    });
  });
});

describe('nothing is said to a command', () => {
  it.each([
    ['without a signature', (body: string) => ({ body, signature: '' })],
    ['signed with another secret', (body: string) => signed(body, undefined, 'another')],
    ['of another instance', (body: string) => signed(body, instanceSnapshotKey('shop:', 'b'))],
    ['of another service', (body: string) => signed(body, instanceSnapshotKey('stock:', 'a'))],
    [
      'that was read in the stream in Redis',
      (body: string) => ({
        body,
        signature: signCommand('of this test', { way: commandsKey('shop:'), body }),
      }),
    ],
    ['that was changed', (body: string) => ({ ...signed(body), body: body.replace('"a"', '"b"') })],
  ])('%s', async (_, sent) => {
    const { port } = open();
    expect(await port.answer(sent(commandBody(ping, {})))).toBeNull();
  });

  it('that is signed for the instance and names another', async () => {
    const { port } = open();
    expect(await port.answer(signed(commandBody(ping, { to: 'b' })))).toBeNull();
  });
});

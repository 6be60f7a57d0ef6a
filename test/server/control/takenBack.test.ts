import { expect, it, vi } from 'vitest';
import { claimKey, isForAnyOne } from '#shared/control/commandClaim.ts';
import { commandsKey, parseCommand } from '#shared/control/controlCommand.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { warmingHarness } from '#test/support/jobs/warmingHarness.ts';

const bench = purgeBench();

/** Of the only command that was sent. */
async function sentId(): Promise<string> {
  const [[, fields = []] = []] = await bench.redis.client.xrange(commandsKey('shop:'), '-', '+');
  const parsed = parseCommand(fields[fields.indexOf('body') + 1] ?? '');
  return parsed?.message.id ?? '';
}

const start = {
  prefix: 'shop:',
  to: null,
  command: { kind: 'warm.start', warmer: 'top', perSecond: null },
} as const;

it('takes back what nobody took in time, so that who comes later finds it claimed', async () => {
  const { commands, hasten } = warmingHarness({ redis: bench.redis });
  hasten(30);
  const onTakenBack = vi.fn();
  expect(await commands.ask(start, { onTakenBack })).toBeNull();
  expect(onTakenBack).toHaveBeenCalledOnce();
  expect(await bench.redis.client.set(claimKey('shop:', await sentId()), 'late', 'NX')).toBeNull();
});

it('goes on waiting for an instance that took it in the last moment', async () => {
  const { commands, hasten } = warmingHarness({ redis: bench.redis });
  const onTakenBack = vi.fn();
  const answered = commands.ask(start, { onTakenBack, silentForMs: 2_000 });
  await vi.waitFor(async () => expect(await sentId()).not.toBe(''));
  await bench.redis.client.set(claimKey('shop:', await sentId()), 'an instance');
  hasten(30);
  expect(await answered).toBeNull();
  expect(onTakenBack).not.toHaveBeenCalled();
});

it('takes nothing back that each instance does, or one by name', () => {
  expect(isForAnyOne(start)).toBe(true);
  expect(isForAnyOne({ ...start, to: 'one' })).toBe(false);
  expect(isForAnyOne({ to: null, command: { kind: 'warm.cancel', warmer: 'top' } })).toBe(false);
});

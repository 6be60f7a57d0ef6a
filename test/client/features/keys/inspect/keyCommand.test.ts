import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { keyCommand } from '#client/features/keys/inspect/keyCommand.ts';
import { formatKey } from '#shared/keyText.ts';
import { inspectedKey, keyFacts } from './inspectedKey.ts';

const ADDRESS = 'redis://127.0.0.1:6379/0';

it('reads the start of the value by the type', () => {
  expect(keyCommand(inspectedKey(), ADDRESS)).toBe(
    "redis-cli -u 'redis://127.0.0.1:6379/0' GETRANGE 'shop:product:7' 0 4095",
  );
  const hash = keyFacts({ type: { state: 'known', value: 'hash', atMs: 0, from: '' } });
  expect(keyCommand(inspectedKey({ facts: hash }), ADDRESS)).toContain(" HSCAN 'shop:product:7' 0 COUNT 100");
  expect(keyCommand(inspectedKey({ facts: null }), ADDRESS)).toContain(' TYPE ');
  expect(keyCommand(inspectedKey({ isCut: true }), ADDRESS)).toBeNull();
});

it.each(["it's", '$(reboot)`id`;"', 'back\\slash', 'a\nb\rc', '\xff\x01', '!x', '-x', "\x01'"])(
  'gives bash the bytes of %j',
  (name) => {
    const key = Buffer.from(name, 'latin1');
    const line = keyCommand(inspectedKey({ text: formatKey(key), facts: null }), ADDRESS) ?? '';
    const script = `args() { printf '%s' "\${@: -1}"; }; ${line.replace(/^redis-cli/, 'args')}`;
    expect(execFileSync('bash', ['-c', script])).toEqual(key);
  },
);

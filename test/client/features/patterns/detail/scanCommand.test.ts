import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { scanCommand } from '#client/features/patterns/detail/scanCommand.ts';

const address = 'redis://127.0.0.1:6379/0';

/** What bash passes on as the last argument: nothing may be expanded or end the quotes. */
function patternArgument(pattern: string): string {
  const line = (scanCommand(pattern, address) ?? '').replace(/^redis-cli/, 'args');
  const script = `args() { printf '%s' "\${@: -1}"; }; ${line}`;
  return execFileSync('bash', ['-c', script], { encoding: 'latin1' });
}

describe('scanCommand', () => {
  it('pins the Redis that the page shows and paces the scan', () => {
    expect(scanCommand('product:{id}', address)).toBe(
      "redis-cli -u 'redis://127.0.0.1:6379/0' --scan -i 0.01 --pattern 'product:*'",
    );
  });

  it('has no line for what is past the limit of patterns', () => {
    expect(scanCommand('other', address)).toBeNull();
  });

  it.each([
    ['user:{id}:cart', 'user:*:cart'],
    ['{a}{b}:x', '*:x'],
    ['odd[1]*?', 'odd\\[1\\]\\*\\?'],
    ["it's:{id}", "it's:*"],
    ['$(reboot)`id`;"', '$(reboot)`id`;"'],
    ["bin\\x00'\\xff:{id}", "bin?'?:*"],
    ['back\\\\slash', 'back\\\\slash'],
    ['-x', '-x'],
  ])('gives %j to the shell as %j', (pattern, argument) => {
    expect(patternArgument(pattern)).toBe(argument);
  });
});

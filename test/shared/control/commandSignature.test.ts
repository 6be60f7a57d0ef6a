import { describe, expect, it } from 'vitest';
import { isSignedWith, signCommand } from '#shared/control/commandSignature.ts';

const command = { way: 'shop:cachescope:commands', body: '{"v":1,"id":"a"}' };

describe('a signature', () => {
  it('is HMAC-SHA256 over the way and the body, in hexadecimal', () => {
    // printf 'shop:cachescope:commands\n{"v":1,"id":"a"}' | openssl dgst -sha256 -hmac secret
    expect(signCommand('secret', command)).toBe(
      'a29fc096c2a68f34b4dae022a1cf051096150f184345ff59a7c7f189b5298ea0',
    );
  });

  it('holds for what was signed, and for nothing else', () => {
    const signature = signCommand('secret', command);
    expect(isSignedWith('secret', command, signature)).toBe(true);
    expect(isSignedWith('another', command, signature)).toBe(false);
    expect(isSignedWith('secret', { ...command, body: '{"v":1,"id":"b"}' }, signature)).toBe(false);
    expect(isSignedWith('secret', { ...command, way: 'stock:cachescope:commands' }, signature)).toBe(false);
    expect(isSignedWith('secret', command, '')).toBe(false);
    expect(isSignedWith('secret', command, 'ü'.repeat(64))).toBe(false);
  });
});

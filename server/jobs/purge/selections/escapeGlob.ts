const SPECIAL = new Set(Buffer.from('\\*?[]^-'));
const BACKSLASH = 0x5c;

/** The bytes as a glob of Redis that matches them and nothing else. */
export function escapeGlob(bytes: Buffer): Buffer {
  return Buffer.from([...bytes].flatMap((byte) => (SPECIAL.has(byte) ? [BACKSLASH, byte] : [byte])));
}

const BACKSLASH = 0x5c;
const LETTER_X = 0x78;

/** What follows a backslash in the output of MONITOR (sds.c `sdscatrepr`), as the byte that it stands for. */
const escapes: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x61, 0x07],
  [0x62, 0x08],
]);

/** The bytes that a quoted argument of a MONITOR line stands for. */
export function unescapeBytes(line: Uint8Array, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at += 1) {
    let byte = line[at] ?? 0;
    if (byte === BACKSLASH) {
      at += 1;
      const code = line[at] ?? 0;
      if (code === LETTER_X) {
        byte = (hexDigit(line[at + 1] ?? 0) << 4) | hexDigit(line[at + 2] ?? 0);
        at += 2;
      } else {
        byte = escapes.get(code) ?? code;
      }
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.subarray(0, length);
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return ((code | 0x20) - 0x61 + 10) & 0xf;
}

/**
 * The bytes as one word of bash. Printable ASCII goes into plain quotes, where nothing is expanded; anything else into
 * `$'…'` with every unusual byte as `\xNN`, so that nothing hidden is pasted. Null when the bytes hold a NUL, which no
 * argument of a command can.
 */
export function quoteForShell(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  const text = bytes.toString('latin1');
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replace(/[^\x20-\x7e]|['\\]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `$'${escaped}'`;
}

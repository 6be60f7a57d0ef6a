/** Text as one word of a shell. Single quotes carry everything but themselves. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A key, as `formatKey` writes it, as one word of bash: its escapes mean the same there. */
export function keyWord(keyText: string): string {
  return keyText.includes('\\') ? `$'${keyText.replaceAll("'", "\\'")}'` : shellWord(keyText);
}

import { printable } from '#shared/export/printable.ts';

/** As one word of a shell, in a command that somebody is to copy. */
export function shellWord(text: string): string {
  return `'${printable(text).replaceAll("'", "'\\''")}'`;
}

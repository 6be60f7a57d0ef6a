/** The text as a glob that matches itself only. Works on bytes spelled as latin1 too. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}

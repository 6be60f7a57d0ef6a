/** A user's name as it is kept: people type it in any case, with blanks around it. */
export function normaliseUserName(text: string): string {
  return text.trim().toLowerCase();
}

/** The name of whoever acts on a server without a login; in the audit log nobody else may bear it. */
export const LOCAL_NAME = 'local';

/** What is wrong with a normalised name, in a sentence; null when nothing is. */
export function userNameProblem(name: string): string | null {
  if (name === LOCAL_NAME) return `"${LOCAL_NAME}" stands for a server without a login; choose another name.`;
  if (/^[a-z0-9][a-z0-9._@+-]{0,63}$/.test(name)) return null;
  return 'A name begins with a letter or digit and has up to 64 of a-z, 0-9 and . _ @ + -';
}

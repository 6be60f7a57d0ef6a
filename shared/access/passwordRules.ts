/** NIST SP 800-63B asks for length and nothing else. 12 and not 8: there is no second factor. */
export const PASSWORD_MIN_LENGTH = 12;
/** A longer one only costs; the limit bounds what is hashed. */
export const PASSWORD_MAX_LENGTH = 256;
/** Fewer different characters, such as `aaaaaaaaaaaa` and `123123123123`, are guessed first. */
const LEAST_DIFFERENT_CHARACTERS = 5;

/** What is wrong with a new password, in a sentence; null when nothing is. */
export function passwordProblem(password: string, userName: string): string | null {
  const characters = [...password];
  if (characters.length < PASSWORD_MIN_LENGTH)
    return `The password needs at least ${PASSWORD_MIN_LENGTH} characters; a few words together are easy to keep.`;
  if (password.length > PASSWORD_MAX_LENGTH)
    return `The password may have at most ${PASSWORD_MAX_LENGTH} characters.`;
  if (new Set(characters).size < LEAST_DIFFERENT_CHARACTERS)
    return `The password needs at least ${LEAST_DIFFERENT_CHARACTERS} different characters.`;
  const isNamed = userName.length > 2 && password.toLowerCase().includes(userName.toLowerCase());
  return isNamed ? 'The password must not hold the name of the user.' : null;
}

/** Keys that one question names; above it, other clients feel each command. */
const KEYS_PER_QUESTION = 100;

export interface Question {
  /** False where the key alone tells the answer, which is no. */
  readonly mayBe: (key: Buffer) => boolean;
  /** Asked once, before the first question; false = no key is. */
  readonly isThere: () => Promise<boolean>;
  /** One answer for each of at most 100 keys. */
  readonly ask: (keys: readonly Buffer[]) => Promise<readonly boolean[]>;
}

/** For each key whether it is so, asked in pages. */
export async function readWhere(
  keys: readonly Buffer[],
  { mayBe, isThere, ask }: Question,
): Promise<readonly boolean[]> {
  const answers = keys.map(() => false);
  const asked = keys.flatMap((key, place) => (mayBe(key) ? [{ key, place }] : []));
  if (asked.length === 0 || !(await isThere())) return answers;
  for (let at = 0; at < asked.length; at += KEYS_PER_QUESTION) {
    const page = asked.slice(at, at + KEYS_PER_QUESTION);
    const told = await ask(page.map(({ key }) => key));
    for (const [index, { place }] of page.entries()) answers[place] = told[index] === true;
  }
  return answers;
}

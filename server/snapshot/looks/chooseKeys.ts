import type { SampledKey } from '#server/sources/deriveSample.ts';
import type { LookKey } from '#server/sources/look/readLook.ts';
import { parseKey } from '#shared/keyText.ts';
import { LOOK_KEY_COUNT } from '#shared/look/patternLook.ts';

export interface ChooseOptions {
  /** Uniform over [0, 1). */
  readonly random: () => number;
  /** Keys that an earlier look made look used: they come last, as they tell less. */
  readonly isTouched: (text: string) => boolean;
}

/** What ends the text of a key that the sample has cut: its bytes are not known. */
const CUT = '…';

/** Some of the sampled keys, each once, in random order. */
export function chooseKeys(sampled: readonly SampledKey[], options: ChooseOptions): readonly LookKey[] {
  const whole = new Map(
    sampled.filter(({ text }) => !text.endsWith(CUT)).map((key) => [key.text, key] as const),
  );
  const shuffled = [...whole.values()]
    .map((key) => ({ key, place: options.random() + (options.isTouched(key.text) ? 1 : 0) }))
    .sort((left, right) => left.place - right.place);
  return shuffled
    .slice(0, LOOK_KEY_COUNT)
    .map(({ key: { text, type } }) => ({ text, type, key: Buffer.from(parseKey(text)) }));
}

import { AppError } from '#shared/errorCodes.ts';
import { createDeclaredFamilies, familyProblem } from '#shared/keyPattern/declaredFamilies.ts';
import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { SHOWN_NAME_BYTES } from '#shared/keys/foundKeys.ts';
import { parseGlob, patternGlob } from '#shared/keys/keyGlob.ts';
import type { KeySearch } from '#shared/keys/keySearch.ts';
import { formatKey } from '#shared/keyText.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';

/** Which names a search by a glob means. */
export interface KeyMatch {
  readonly glob: Buffer;
  readonly accepts: (name: Buffer) => boolean;
}

export interface MatchOptions {
  readonly learner: Pick<PatternLearner, 'patternOf' | 'canonical'>;
  /** Whether a key of the last sample has the pattern. */
  readonly isKnown: (pattern: string) => boolean;
}

/** Throws `AppError` badInput. */
export function keyMatch(search: KeySearch, options: MatchOptions): KeyMatch {
  if (search.kind === 'glob') return { glob: Buffer.from(parseGlob(search.text)), accepts: () => true };
  if (search.text === OTHER_PATTERN) {
    throw new AppError(
      'badInput',
      '"other" is no pattern, but the keys past the limit of patterns. Use a glob.',
    );
  }
  const isPattern = patternTest(search.text, options);
  return {
    glob: Buffer.from(parseGlob(patternGlob(search.text))),
    accepts: (name) => isPattern(patternText(name)),
  };
}

/** As much of a name as its pattern is told by. */
export function patternText(name: Buffer): string {
  return formatKey(name.subarray(0, SHOWN_NAME_BYTES));
}

/** A pattern that keys have is told as the page tells it; any other one as a template that was declared. */
function patternTest(pattern: string, { learner, isKnown }: MatchOptions): (text: string) => boolean {
  const canonical = learner.canonical(pattern);
  if (isKnown(pattern) || isKnown(canonical)) {
    return (text) => [pattern, canonical].includes(learner.patternOf(text));
  }
  const problem = familyProblem(pattern);
  if (problem !== null) {
    throw new AppError('badInput', `No key of the sample has this pattern, and ${problem}.`);
  }
  const families = createDeclaredFamilies();
  families.declare(pattern);
  return (text) => families.match(text) !== null;
}

const MOST_EDITS = 3;

/** The known name that was probably meant, for "did you mean"; null when none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map((candidate) => ({ candidate, editCount: editDistance(name, candidate) }))
    .sort((a, b) => a.editCount - b.editCount);
  const [best] = ranked;
  // The dashes that all flags begin with make none alike.
  const letterCount = name.replace(/^-+/, '').length;
  const isNear = best !== undefined && best.editCount <= Math.min(MOST_EDITS, letterCount / 2);
  return isNear ? best.candidate : (known.find((candidate) => candidate.startsWith(name)) ?? null);
}

/** Levenshtein distance: insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}

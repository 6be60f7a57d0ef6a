/** What a column is for the menu: its id in the address, and what it says. */
interface ChoosableColumn {
  readonly id: string;
}

/**
 * Columns named by the address, in the order of `all`; the first one, which names the row, always. Null when the address
 * names none that exists: a link must never show an empty table.
 */
export function parseColumns<Column extends ChoosableColumn>(
  text: string | undefined,
  all: readonly Column[],
): readonly Column[] | null {
  const ids = new Set(text?.split(','));
  const chosen = all.filter(({ id }, index) => index > 0 && ids.has(id));
  return chosen.length === 0 ? null : [...all.slice(0, 1), ...chosen];
}

/** For the address; undefined when the choice is the page's own. */
export function formatColumns(ids: readonly string[], usual: readonly string[]): string | undefined {
  const isUsual = ids.length === usual.length && ids.every((id) => usual.includes(id));
  return isUsual || ids.length === 0 ? undefined : ids.join(',');
}

import { type KeySearch, keySearchKinds } from '#shared/keys/keySearch.ts';

/** In the tab and in no address: what is searched for may be personal data. */
const STORE_KEY = 'cachescope.keySearch';

/** The last search of this tab; null when there was none. */
export function heldSearch(storage: Storage): KeySearch | null {
  try {
    const held: unknown = JSON.parse(storage.getItem(STORE_KEY) ?? 'null');
    if (typeof held !== 'object' || held === null || !('kind' in held) || !('text' in held)) return null;
    const kind = keySearchKinds.find((known) => known === held.kind);
    return kind === undefined || typeof held.text !== 'string' ? null : { kind, text: held.text };
  } catch {
    return null;
  }
}

export function holdSearch(storage: Storage, search: KeySearch): void {
  storage.setItem(STORE_KEY, JSON.stringify(search));
}

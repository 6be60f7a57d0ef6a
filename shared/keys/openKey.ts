/** A key of a namespace whose version Redis did not tell when it was built; nobody else reads under it. */
export interface OpenKey {
  /** The key without version. */
  readonly base: string;
  readonly namespace: string;
  /** The one process that builds such keys under this name. */
  readonly holder: string;
}

const OPEN_KEY = /^(.+):vunknown-([A-Za-z0-9_-]+)-([0-9a-f]{16})-\d+$/s;

/** Null = the key is a name in Redis as it stands. */
export function parseOpenKey(key: string): OpenKey | null {
  if (!key.includes(':vunknown-')) return null;
  const [, base = '', namespace = '', holder = ''] = OPEN_KEY.exec(key) ?? [];
  return holder === '' ? null : { base, namespace, holder };
}

/** In place of a version that is not known. `attempt` tells apart what was built before and after an invalidation. */
export function openVersion(namespace: string, holder: string, attempt: number): string {
  return `unknown-${namespace}-${holder}-${attempt}`;
}

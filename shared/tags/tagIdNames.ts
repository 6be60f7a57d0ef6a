/**
 * Laravel to 9 gives each tag an id, `{prefix}tag:{tag}:key`, and lists entries under the id. Names are bytes spelled as
 * latin1.
 */
export interface TagIdName {
  readonly prefix: string;
  readonly tag: string;
}

/** Null for a key that is not named so. */
export function parseTagIdName(key: string): TagIdName | null {
  if (!key.endsWith(':key')) return null;
  const [, prefix, tag] = /^(|.*?[_:-])tag:(.+):key$/s.exec(key) ?? [];
  return prefix === undefined || tag === undefined ? null : { prefix, tag };
}

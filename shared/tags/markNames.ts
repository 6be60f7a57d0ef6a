/**
 * Keys that invalidate a tag without listing its entries: a time, a counter or a random version, with which readers compare what
 * an entry was stored with. Names are bytes spelled as latin1.
 */
interface MarkForm {
  readonly id: string;
  /** What every name of the form holds; cheap to look for. */
  readonly literal: string;
  /** The prefix of the cache and the tag. */
  readonly pattern: RegExp;
  /** The command that a purge writes the mark with; null = it is removed, or never written from outside. */
  readonly written: 'SET' | 'INCR' | 'HSET' | null;
  /** Of an ACL, after the prefix of the cache's keys. */
  readonly glob: string;
}

const ONE = '\u0001';
const NUL = '\0';

/** Every form of mark, by the id of its layout. */
export const markForms = [
  {
    id: 'bentocache',
    literal: '___bc:t:',
    pattern: /^(.+?):___bc:t:(.+)$/s,
    written: 'SET',
    glob: '*___bc:t:*',
  },
  {
    id: 'cacheable',
    literal: '--cacheable--tags--:',
    pattern: /^(.*?)--cacheable--tags--:[^:]*:tag:(.+)$/s,
    written: 'SET',
    glob: '*--cacheable--tags--:*:tag:*',
  },
  {
    id: 'fusionCache',
    literal: '__fc:t:',
    pattern: /^(.*?)__fc:t:(.+)$/s,
    written: 'HSET',
    glob: '*__fc:t:*',
  },
  {
    id: 'hybridCache',
    literal: '__MSFT_HCT__',
    pattern: /^(.*?)__MSFT_HCT__(.+)$/s,
    written: null,
    glob: '*__MSFT_HCT__*',
  },
  {
    // The marker stands last; before a tag it is one of RedisTagAware's sets, or 5.4's list of an entry's tags.
    id: 'symfonyTagAware',
    literal: 'tags',
    pattern: new RegExp(`^(|.*:)([^:${ONE}${NUL}]+)(?:${ONE}tags${ONE}|${NUL}tags${NUL})$`, 's'),
    written: null,
    glob: '*tags?',
  },
  {
    id: 'drupal',
    literal: ':cachetags:',
    pattern: /^(.*?):cachetags:(.+)$/s,
    written: 'INCR',
    glob: '*:cachetags:*',
  },
  {
    id: 'layeredLoader',
    literal: ':group-index:',
    pattern: /^(.+?):group-index:(.+)$/s,
    written: 'INCR',
    glob: '*:group-index:*',
  },
  {
    // A set under such a name is of the mode that lists entries.
    id: 'cacheopsInsideout',
    literal: 'conj:',
    pattern: /^(|.*?[:_.-])conj:([^:]+:.*)$/s,
    written: null,
    glob: '*conj:*:*',
  },
] as const satisfies readonly MarkForm[];

export type MarkLayoutId = (typeof markForms)[number]['id'];

/** Prefix and tag of a key that is named as this layout names its marks; null for any other. */
export function parseMarkName(
  layout: MarkLayoutId,
  key: string,
): { readonly prefix: string; readonly tag: string } | null {
  const form = markForms.find(({ id }) => id === layout);
  if (form === undefined || !key.includes(form.literal)) return null;
  const [, prefix, tag] = form.pattern.exec(key) ?? [];
  return prefix === undefined || tag === undefined ? null : { prefix, tag };
}

/** Whether the key is named as a mark of any layout, or of those that are written with this command. */
export function isMarkName(key: string, written?: MarkForm['written']): boolean {
  return markForms.some(
    (form) => (written === undefined || form.written === written) && parseMarkName(form.id, key) !== null,
  );
}

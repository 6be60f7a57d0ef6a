/** What the mark of a tag says, of a layout that keeps no list of a tag's entries. */
export type MarkState =
  /** Never invalidated, as far as the library knows. */
  | { readonly kind: 'absent' }
  /** Times that it was invalidated, or the generation of its entries. */
  | { readonly kind: 'counter'; readonly count: number }
  /** When it was invalidated last. */
  | { readonly kind: 'time'; readonly atMs: number }
  /** A random version. */
  | { readonly kind: 'version' }
  /** A value whose form only the application knows. */
  | { readonly kind: 'opaque' };

/** The mark of one tag, for a person who wants to purge it. */
export interface MarkView {
  readonly tag: string;
  readonly tagKey: string;
  readonly layoutName: string;
  readonly state: MarkState;
  /** Why no purge from outside works, in a sentence; null when one does. */
  readonly refusal: string | null;
  /** What services that hold entries in memory do after a purge, in a sentence. */
  readonly reach: string;
  /** Lines for bash that purge the tag; empty where the name cannot be passed to a shell. */
  readonly shellCommands: readonly string[];
}

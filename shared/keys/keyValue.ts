import type { ValueFormat } from '#shared/look/valueFormat.ts';

/** Bytes of a string that are read to be shown. */
export const SHOWN_VALUE_BYTES = 4_096;
/** Elements of a collection that are read to be shown, and bytes of each that are. */
export const SHOWN_ELEMENTS = 100;
export const SHOWN_ELEMENT_BYTES = 1_024;

/** What stands in place of what a rule hides. */
export const REDACTED = '[redacted]';

/** The start of a value as it may be shown: what the rules hide is not in it. */
export interface KeyValue {
  readonly type: string;
  /** One for a string; for a collection, one for each element. */
  readonly parts: readonly ValuePart[];
  /** More of the value is there than was read. */
  readonly isCut: boolean;
  /** What rules have hidden, names of fields and parts of texts. */
  readonly redactedCount: number;
  readonly readAtMs: number;
}

export interface ValuePart {
  /** Field, place or score, as `formatKey` writes it; null for a string and members of a set. */
  readonly label: string | null;
  readonly value: ShownValue;
}

export interface ShownValue {
  /** `hidden`: nothing of it is shown, `note` says why. */
  readonly kind: 'json' | 'text' | 'hex' | 'hidden';
  readonly format: ValueFormat;
  readonly text: string;
  /** About what is shown; empty = nothing to say. */
  readonly note: string;
  readonly isCut: boolean;
  readonly redactedCount: number;
}

import type { FieldsOf } from '#cache/keys/keyTemplate.ts';
import type { FlushOptions } from './queue/flushOptions.ts';

/** The last value of one entry on its way to the source. */
export interface ValueChange<Template extends string, Value> {
  readonly fields: FieldsOf<Template>;
  readonly value: Value;
  /**
   * The same each time this change is delivered, and higher (as text) for what was written later: a source that stores
   * it with the value and refuses a lower one is right whatever comes twice or late.
   */
  readonly id: string;
  /**
   * Redis was away: it went past the queue, in which an older value of the entry may still wait. That one may come after it,
   * until Redis is told.
   */
  readonly isDirect: boolean;
}

export interface WriteBehindOptions<Template extends string, Value> extends FlushOptions {
  /**
   * Stores values in the source, one for each entry; done when it resolves, all or nothing when it rejects. The same change
   * comes again, under its `id`, when it is not known whether the source has it: at least once.
   */
  flush(changes: readonly ValueChange<Template, Value>[], signal: AbortSignal): Promise<void>;
}

/** What a service said when it compared one of its entries with the source behind it. */
export interface EntryComparison {
  /**
   * `missing`: no entry stands there that would be served. `unknown`: they could not be compared, or changed meanwhile.
   * `refused`: the instance does not do it, or not for this key. `unanswered`: nobody said how it ended; it may have been done.
   */
  readonly state: 'same' | 'drifted' | 'missing' | 'unknown' | 'refused' | 'unanswered';
  /** In a sentence. */
  readonly text: string;
  /** Instance and release; null = nobody answered. */
  readonly answeredBy: string | null;
  /** When it was asked, epoch ms of the server. */
  readonly atMs: number;
}

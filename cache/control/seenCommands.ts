/** Most commands that are remembered; all of them are signed, so that only who has the secret fills it. */
const MAX_SEEN = 10_000;

/** Ids of commands of the last minutes, so that none is done twice. */
export class SeenCommands {
  readonly #untilMs = new Map<string, number>();

  /** Whether the id is new; from now on it is known until then. `full` = it cannot be remembered, and must not be done. */
  take(id: string, untilMs: number, nowMs: number): 'new' | 'repeated' | 'full' {
    for (const [seen, seenUntilMs] of this.#untilMs) if (seenUntilMs <= nowMs) this.#untilMs.delete(seen);
    if (this.#untilMs.has(id)) return 'repeated';
    if (this.#untilMs.size >= MAX_SEEN) return 'full';
    this.#untilMs.set(id, untilMs);
    return 'new';
  }
}

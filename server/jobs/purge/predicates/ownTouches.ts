import { SLACK_MS } from '#server/sources/look/judgeNeverRead.ts';

/** Some 200 bytes each, with their names. */
const MAX_TOUCHED = 100_000;

/**
 * Keys that this purge itself made look used, and when they were last used before. Needed before Redis 7.2, where reading a
 * value starts its idle time anew: else the look before the plan would hide from the one before the change that nobody reads a key.
 */
export class OwnTouches {
  readonly #touched = new Map<string, { readonly atMs: number; readonly usedAtMs: number }>();

  get isFull(): boolean {
    return this.#touched.size >= MAX_TOUCHED;
  }

  has(key: Buffer): boolean {
    return this.#touched.has(key.toString('latin1'));
  }

  /** How long others have not used the key, ms, where Redis says `idleMs`; to within the slack of its clock. */
  idleMs(key: Buffer, { idleMs, nowMs }: { readonly idleMs: number; readonly nowMs: number }): number {
    const own = this.#touched.get(key.toString('latin1'));
    const isOurs = own !== undefined && idleMs >= nowMs - own.atMs - SLACK_MS;
    return isOurs ? Math.max(idleMs, nowMs - own.usedAtMs) : idleMs;
  }

  note(key: Buffer, { idleMs, nowMs }: { readonly idleMs: number; readonly nowMs: number }): void {
    this.#touched.set(key.toString('latin1'), { atMs: nowMs, usedAtMs: nowMs - idleMs });
  }
}

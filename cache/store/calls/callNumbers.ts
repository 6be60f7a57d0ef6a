/** Bits of one bitmap: 8 KiB when all calls of it came, and a few bytes for a service that seldom writes. */
const CALLS_PER_BITMAP = 65_536;

/** How long Redis knows a call again, ms; whoever repeats one stops well before. */
export const CALL_MEMORY_MS = 86_400_000;

export interface CallNumber {
  /** Of the bitmap, under the instance's name. */
  readonly bitmap: string;
  readonly bit: number;
}

/**
 * Numbers the calls of one process that change something. ioredis sends a command again when the connection breaks before its
 * reply, and so do we when there was none in time; by its number Redis takes each once.
 */
export class CallNumbers {
  readonly #instance: string;
  readonly #callsPerBitmap: number;
  #next = 0;

  /** The instance's name must be another in each process, also after a restart. */
  constructor(instance: string, callsPerBitmap = CALLS_PER_BITMAP) {
    this.#instance = instance;
    this.#callsPerBitmap = callsPerBitmap;
  }

  take(): CallNumber {
    const number = this.#next;
    this.#next += 1;
    const bitmap = `${this.#instance}:${Math.floor(number / this.#callsPerBitmap)}`;
    return { bitmap, bit: number % this.#callsPerBitmap };
  }
}

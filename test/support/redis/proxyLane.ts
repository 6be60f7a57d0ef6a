import type { Socket } from 'node:net';

export type Direction = 'both' | 'toRedis' | 'toClient';

export type Fault =
  | { readonly kind: 'pass' }
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'blackhole' };

export const pass: Fault = { kind: 'pass' };

/** What waits to be handed on; null is the end of the sender's side. */
interface Waiting {
  readonly chunk: Buffer | null;
  readonly dueAtMs: number;
}

/** One direction of one connection. */
export class ProxyLane {
  deliveredBytes = 0;
  heldBytes = 0;
  swallowedBytes = 0;
  readonly #sender: Socket;
  readonly #receiver: Socket;
  #fault: Fault = pass;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(sender: Socket, receiver: Socket) {
    this.#sender = sender;
    this.#receiver = receiver;
  }

  get isLost(): boolean {
    return this.#fault.kind === 'blackhole';
  }

  apply(fault: Fault): void {
    // What was lost is missing from the stream for good: to go on after it would be no fault a network has.
    if (this.isLost) return;
    const dueAtMs = performance.now() + (fault.kind === 'latency' ? fault.ms : 0);
    this.#fault = fault;
    if (fault.kind === 'stall') this.#sender.pause();
    else this.#sender.resume();
    if (this.isLost) this.#swallowWaiting();
    this.#waiting = this.#waiting.map(({ chunk }) => ({ chunk, dueAtMs }));
    this.#deliver();
  }

  push(chunk: Buffer | null): void {
    const length = chunk?.length ?? 0;
    if (this.isLost) {
      this.swallowedBytes += length;
      return;
    }
    this.heldBytes += length;
    const delayMs = this.#fault.kind === 'latency' ? this.#fault.ms : 0;
    this.#waiting.push({ chunk, dueAtMs: performance.now() + delayMs });
    this.#deliver();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.heldBytes = 0;
  }

  #swallowWaiting(): void {
    this.swallowedBytes += this.heldBytes;
    this.stop();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    if (this.#fault.kind === 'hang') return;
    const nowMs = performance.now();
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.dueAtMs > nowMs) {
        this.#timer = setTimeout(() => this.#deliver(), next.dueAtMs - nowMs);
        return;
      }
      this.#waiting.shift();
      this.#handOn(next.chunk);
    }
  }

  #handOn(chunk: Buffer | null): void {
    if (this.#receiver.destroyed) return;
    if (chunk === null) {
      this.#receiver.end();
      return;
    }
    this.heldBytes -= chunk.length;
    this.deliveredBytes += chunk.length;
    this.#receiver.write(chunk);
  }
}

import type { Fingerprint } from '#shared/look/valueFormat.ts';

/** Something that is asked of a key, by one command or two. */
export type Fact = 'bytes' | 'ttl' | 'use' | 'value';

/** What a value is, by its first bytes; none of these is kept. */
export interface ValueFact {
  /** Null for all types but strings. */
  readonly fingerprint: Fingerprint | null;
  /** Of an entry of our library, epoch ms by the clock of the service; null = it is none. */
  readonly storedAtMs: number | null;
}

/** What one key has said so far. What was not asked is as if Redis did not tell it. */
export interface KeyFacts {
  readonly key: Buffer;
  /** As `formatKey` writes it. */
  readonly text: string;
  /** TTL that services give each key of its pattern, where it was declared. */
  readonly declaredTtlMs: number | null;
  state: 'seen' | 'gone' | 'denied';
  bytes: number | null;
  /** Null = no expiry, or not asked. */
  ttlMs: number | null;
  idleMs: number | null;
  /** Logarithmic use counter of LFU, 0-255. */
  frequency: number | null;
  value: ValueFact | null;
  /** Why its value was not asked; empty when it was, or need not be. */
  whyNoValue: string;
  /** When the last fact was read, epoch ms. */
  readAtMs: number;
}

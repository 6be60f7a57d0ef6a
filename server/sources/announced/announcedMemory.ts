import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { type InstanceSnapshot, parseInstanceSnapshot } from '#shared/control/instanceSnapshot.ts';

/** An instance as it was announced last, without what it counted. */
export interface RememberedInstance {
  /** Start of the key names of its service. */
  readonly prefix: string;
  readonly name: string;
  /** When it wrote last, by its own clock, epoch ms. */
  readonly seenAtMs: number;
  readonly snapshot: InstanceSnapshot;
}

/** Who was seen longer ago may have given its address to another. Ours. */
const KEPT_MS = 6 * 3_600_000;
/** Between two notes that differ in nothing but times. */
const RENEW_MS = 60_000;

/**
 * Who announced itself, in a file: a server that is started while Redis is away then knows where to ask. Nothing depends on it: a file
 * that cannot be read is empty, and one that cannot be written is left.
 */
export class AnnouncedMemory {
  readonly #path: string;
  readonly #nowMs: () => number;
  #notedAs = '';
  #notedAtMs = -Infinity;
  #writing: Promise<void> = Promise.resolve();

  constructor({ path, nowMs }: { readonly path: string; readonly nowMs: () => number }) {
    this.#path = path;
    this.#nowMs = nowMs;
  }

  read(): readonly RememberedInstance[] {
    const nowMs = this.#nowMs();
    return parseInstances(readText(this.#path)).filter(({ seenAtMs }) => nowMs - seenAtMs < KEPT_MS);
  }

  note(instances: readonly RememberedInstance[]): void {
    const nowMs = this.#nowMs();
    // What was lost may be wanted yet: Redis may have been emptied.
    if (instances.length === 0) return;
    const notedAs = JSON.stringify(instances.map(({ name, snapshot }) => [name, placeOf(snapshot)]));
    if (notedAs === this.#notedAs && Math.abs(nowMs - this.#notedAtMs) < RENEW_MS) return;
    this.#notedAs = notedAs;
    this.#notedAtMs = nowMs;
    const text = JSON.stringify(instances.map((one) => ({ ...one, snapshot: withoutCounts(one.snapshot) })));
    this.#writing = this.#writing.then(() => this.#replace(text)).catch(() => {});
  }

  /** Resolves when all that was noted is on disk. */
  settled(): Promise<void> {
    return this.#writing;
  }

  /** In one step, so that a crash leaves the old file or the new one. */
  async #replace(text: string): Promise<void> {
    await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
  }
}

function placeOf({ service, version, metricsUrl, controlUrl }: InstanceSnapshot): readonly (string | null)[] {
  return [service, version, metricsUrl, controlUrl];
}

function withoutCounts(snapshot: InstanceSnapshot): InstanceSnapshot {
  return { ...snapshot, patterns: [], counts: [], lags: [], state: null };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '[]';
  }
}

function parseInstances(text: string): readonly RememberedInstance[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(parsed) ? parsed.flatMap(parseInstance) : [];
}

function parseInstance(value: unknown): RememberedInstance[] {
  if (typeof value !== 'object' || value === null) return [];
  const { prefix, name, seenAtMs, snapshot: written }: Record<string, unknown> = { ...value };
  const snapshot = parseInstanceSnapshot(JSON.stringify(written ?? null));
  if (typeof prefix !== 'string' || typeof name !== 'string' || typeof seenAtMs !== 'number') return [];
  return snapshot === null ? [] : [{ prefix, name, seenAtMs, snapshot }];
}

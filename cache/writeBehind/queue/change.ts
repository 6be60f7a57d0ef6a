/** One entry of the queue. */
export interface QueuedEntry {
  /** As the stream numbers it: ms, dash, sequence. */
  readonly id: string;
  readonly key: string;
  /** Fields of the key, as JSON. */
  readonly fields: string;
  /** Amount in decimal, or a packed value; '' = the source has a newer one. */
  readonly payload: string;
}

/** All entries of one key in one batch. */
export interface QueuedChange {
  /** `changeId` of the last entry. */
  readonly id: string;
  readonly key: string;
  readonly fields: string;
  /** The oldest first. */
  readonly entries: readonly QueuedEntry[];
}

/** One change for each key, in the order of their last entries. */
export function coalesce(entries: readonly QueuedEntry[]): QueuedChange[] {
  const byKey = new Map<string, QueuedEntry[]>();
  for (const entry of entries) {
    const all = byKey.get(entry.key) ?? [];
    all.push(entry);
    byKey.delete(entry.key);
    byKey.set(entry.key, all);
  }
  return [...byKey.values()].flatMap((all) => {
    const last = all.at(-1);
    if (last === undefined) return [];
    return [{ id: changeId(last.id), key: last.key, fields: last.fields, entries: all }];
  });
}

/** The id of a stream's entry in a width at which comparing text compares time. */
export function changeId(streamId: string): string {
  const [ms = '', sequence = '0'] = streamId.split('-');
  return `${ms.padStart(15, '0')}-${sequence.padStart(10, '0')}`;
}

/** The sum of the amounts. */
export function amountOf({ entries }: QueuedChange): number {
  return entries.reduce((sum, { payload }) => sum + Number(payload), 0);
}

/** The last value, packed. */
export function lastPayloadOf({ entries }: QueuedChange): string {
  return entries.at(-1)?.payload ?? '';
}

/** The source has a newer value than this one, which went past the queue. */
export function isOvertaken(change: QueuedChange): boolean {
  return lastPayloadOf(change) === '';
}

/** The fields that were written under the type of their template. */
export function parseFields<Fields>(text: string): Fields {
  return JSON.parse(text);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text: themselves where they are text, so that a queue and its dead letters can be read, else in base64. */
export function packBytes(bytes: Uint8Array): string {
  try {
    return `t${utf8.decode(bytes)}`;
  } catch {
    return `b${Buffer.from(bytes).toString('base64')}`;
  }
}

export function unpackBytes(packed: string): Uint8Array {
  return Buffer.from(packed.slice(1), packed.startsWith('b') ? 'base64' : 'utf8');
}

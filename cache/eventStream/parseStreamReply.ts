import { parseTexts, replyAt } from '#cache/store/parseReply.ts';

export interface StreamEntry {
  readonly id: string;
  /** This one included. */
  readonly deliveryCount: number;
  /** Names and values in turn; empty = dropped from the stream while it was pending. */
  readonly fields: readonly string[];
}

/** Of XREADGROUP on one stream: null, or its name with entries of an id and fields. */
export function parseRead(reply: unknown): StreamEntry[] {
  return listOf(replyAt(replyAt(reply, 0), 1)).map((entry) => ({
    id: String(replyAt(entry, 0)),
    deliveryCount: 1,
    fields: parseTexts(replyAt(entry, 1)),
  }));
}

/** Of the script that takes up what is pending: id, deliveries, fields. */
export function parseEntries(reply: unknown): StreamEntry[] {
  return listOf(reply).map((entry) => ({
    id: String(replyAt(entry, 0)),
    deliveryCount: Number(replyAt(entry, 1)),
    fields: parseTexts(replyAt(entry, 2)),
  }));
}

function listOf(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

import { parseTexts, replyAt } from '#cache/store/parseReply.ts';
import { parseStreamRead, type StreamEntry } from '#cache/store/streamEntry.ts';

/** An entry as a consumer has it. Without fields it was dropped from the stream while it was pending. */
export interface DeliveredEntry extends StreamEntry {
  /** This one included. */
  readonly deliveryCount: number;
}

/** Of XREADGROUP on one stream, for what is new. */
export function parseNew(reply: unknown): DeliveredEntry[] {
  return parseStreamRead(reply).map((entry) => ({ ...entry, deliveryCount: 1 }));
}

/** Of the script that takes up what is pending: id, deliveries, fields. */
export function parseTakenUp(reply: unknown): DeliveredEntry[] {
  const entries: readonly unknown[] = Array.isArray(reply) ? reply : [];
  return entries.map((entry) => ({
    id: String(replyAt(entry, 0)),
    deliveryCount: Number(replyAt(entry, 1)),
    fields: parseTexts(replyAt(entry, 2)),
  }));
}

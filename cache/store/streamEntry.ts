import { parseTexts, replyAt } from './parseReply.ts';

/** One entry of a stream. */
export interface StreamEntry {
  readonly id: string;
  /** Names and values in turn. */
  readonly fields: readonly string[];
}

/** Of XREAD or XREADGROUP on one stream: null, or its name with entries of an id and fields. */
export function parseStreamRead(reply: unknown): StreamEntry[] {
  const entries = replyAt(replyAt(reply, 0), 1);
  if (!Array.isArray(entries)) return [];
  return entries.map((entry) => ({ id: String(replyAt(entry, 0)), fields: parseTexts(replyAt(entry, 1)) }));
}

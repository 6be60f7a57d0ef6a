/**
 * One thing that happened, on its way from the service that did it to all that keep something because of it. In a stream each
 * property is a field, so that any producer can write it and any person can read it.
 */
export interface EventEnvelope {
  /** Version of this format. */
  readonly v: 1;
  /** Of this one happening: a second envelope with the same id is a repeat of it. */
  readonly id: string;
  /** Its kind: `product.updated`. */
  readonly event: string;
  /** The service and the instance that published it. */
  readonly source: string;
  readonly instance: string;
  /** Its place among all that was ever added to the stream, without gaps; null = the bus has not numbered it. */
  readonly seq: number | null;
  /** When it was published by the clock of the publisher, epoch ms. */
  readonly atMs: number;
  /** JSON, read by who knows the event. */
  readonly payloadJson: string;
}

/** Names and values in turn, without `seq`, which the stream gives. */
export function prepareEnvelopeFields(envelope: EventEnvelope): string[] {
  const { v, id, event, source, instance, atMs, payloadJson } = envelope;
  return [
    ...['v', String(v), 'id', id, 'event', event, 'source', source],
    ...['instance', instance, 'atMs', String(atMs), 'payload', payloadJson],
  ];
}

/** From names and values in turn. Null when they are no envelope, or one of a later format. */
export function parseEventEnvelope(fields: readonly string[]): EventEnvelope | null {
  const { v, id, event, source, instance, atMs, payload } = parseFields(fields);
  if (v !== '1' || !id || !event || source === undefined || payload === undefined) return null;
  const at = Number(atMs ?? Number.NaN);
  if (!Number.isFinite(at)) return null;
  return {
    ...{ v: 1, id, event, source, instance: instance ?? '' },
    ...{ seq: parseEventSeq(fields), atMs: at, payloadJson: payload },
  };
}

/** The number that the stream gave; null for an entry that was added without one. */
export function parseEventSeq(fields: readonly string[]): number | null {
  const seq = Number(parseFields(fields).seq ?? Number.NaN);
  return Number.isSafeInteger(seq) && seq > 0 ? seq : null;
}

function parseFields(fields: readonly string[]): Partial<Record<string, string>> {
  const found: Partial<Record<string, string>> = {};
  for (let index = 0; index + 1 < fields.length; index += 2) found[fields[index] ?? ''] = fields[index + 1];
  return found;
}

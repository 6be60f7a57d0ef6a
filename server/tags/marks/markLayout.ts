import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey } from '#shared/keyText.ts';
import { type MarkLayoutId, parseMarkName } from '#shared/tags/markNames.ts';
import type { MarkState } from '#shared/tags/markView.ts';
import type { MarkCommands, MarkLayout, TagMark } from './tagMark.ts';

/** The key of one mark, taken apart. */
export interface MarkPlace {
  readonly tagKey: Buffer;
  readonly prefix: string;
  readonly tag: string;
}

/** A mark as it was read, with whatever its layout needs of it to write the next one. */
export interface ReadMark {
  readonly state: MarkState;
  readonly refusal?: string;
  prepare(connection: RedisConnection): Promise<MarkCommands>;
}

export interface MarkLayoutOptions {
  readonly id: MarkLayoutId;
  readonly name: string;
  readonly markType: MarkLayout['markType'];
  readonly refusal: string | null;
  readonly reach: string;
  /** Null when what stands there is no mark of this layout. */
  read(connection: RedisConnection, place: MarkPlace): Promise<ReadMark | null>;
  /** Lines for bash that read the mark, write it, and tell who listens. */
  shellLines(place: MarkPlace, quote: (bytes: Buffer) => string): readonly string[];
}

/** A layout of marks; the description holds what differs between libraries. */
export function markLayout(options: MarkLayoutOptions): MarkLayout {
  const { id, name, markType, refusal } = options;
  const placeOf = (tagKey: Buffer): MarkPlace | null => {
    const parsed = parseMarkName(id, tagKey.toString('latin1'));
    return parsed === null ? null : { tagKey, ...parsed };
  };
  const layout: MarkLayout = {
    ...{ id, name, markType, refusal },
    parseTagKey(tagKey) {
      const place = placeOf(tagKey);
      return place === null ? null : Buffer.from(place.tag, 'latin1');
    },
    async open(connection, tagKey) {
      const place = placeOf(tagKey);
      if (place === null) return null;
      const read = await options.read(connection, place);
      return read === null ? null : openedMark({ layout, options, place, read });
    },
  };
  return layout;
}

interface OpenedParts {
  readonly layout: MarkLayout;
  readonly options: MarkLayoutOptions;
  readonly place: MarkPlace;
  readonly read: ReadMark;
}

function openedMark({ layout, options, place, read }: OpenedParts): TagMark {
  const refusal = layout.refusal ?? read.refusal ?? null;
  return {
    layout,
    tagKey: place.tagKey,
    tag: Buffer.from(place.tag, 'latin1'),
    state: read.state,
    refusal,
    reach: options.reach,
    async prepareMark(connection) {
      if (refusal !== null) throw new AppError('badInput', refusal);
      const now = await options.read(connection, place);
      if (now === null) {
        throw new AppError(
          'notFound',
          `There is no mark of ${layout.name} under ${formatKey(place.tagKey)}.`,
        );
      }
      if (now.refusal !== undefined) throw new AppError('badInput', now.refusal);
      return now.prepare(connection);
    },
    prepareShellCommands: (quote) =>
      refusal === null ? options.shellLines(place, quote) : [`# Not from outside: ${refusal}`],
  };
}

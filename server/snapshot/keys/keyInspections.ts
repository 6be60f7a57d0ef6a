import type { Clock } from '#server/clock/clock.ts';
import { asAppError } from '#server/redis/faults/asAppError.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { type KeyFactsAnswer, readKeyFacts } from '#server/sources/keys/readKeyFacts.ts';
import { readKeyValue } from '#server/sources/keys/value/readKeyValue.ts';
import type { Redaction } from '#server/sources/keys/value/redaction.ts';
import { indexedTags, readTagsOfKey } from '#server/tags/tagsOfKey/readTagsOfKey.ts';
import type { ValueAccess } from '#shared/access/valueAccess.ts';
import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { SHOWN_NAME_BYTES } from '#shared/keys/foundKeys.ts';
import type { KeyInspection, KeyTags } from '#shared/keys/keyInspection.ts';
import type { KeyValue } from '#shared/keys/keyValue.ts';
import type { Reading } from '#shared/reading.ts';
import type { NodeFacts } from '#shared/snapshot.ts';
import { knowsNoTouch } from '../looks/knowsNoTouch.ts';
import type { Touches } from '../looks/touches.ts';
import type { KeyIds } from './keyIds.ts';
import { patternText } from './keyMatch.ts';
import { TurnQueue } from './turnQueue.ts';

export interface KeyInspectionsOptions {
  /** A connection of the role `inspector`, for one inspection. */
  readonly openInspector: () => RedisConnection;
  readonly facts: () => NodeFacts | null;
  readonly touches: Touches;
  readonly redaction: Redaction;
  readonly learner: Pick<PatternLearner, 'patternOf' | 'isDeclared'>;
  readonly hitRatioOf: (pattern: string) => Reading<number>;
  readonly nodeId: string;
  readonly ids: KeyIds;
  readonly clock: Clock;
}

export interface InspectRequest {
  readonly key: Buffer;
  readonly valueAccess: ValueAccess;
}

/** Looks at single keys for all viewers, one key at a time. */
export class KeyInspections {
  readonly #options: KeyInspectionsOptions;
  readonly #turns = new TurnQueue();

  constructor(options: KeyInspectionsOptions) {
    this.#options = options;
  }

  /** Rejects with `AppError`: busy, redisUnreachable, redisRefused. */
  inspect(request: InspectRequest): Promise<KeyInspection> {
    return this.#turns.take(() => this.#inspect(request));
  }

  /** Rejects with `AppError`: busy, notFound, badInput, redisUnreachable, redisRefused. */
  readValue(key: Buffer): Promise<KeyValue> {
    return this.#turns.take(() => this.#readValue(key));
  }

  async #readValue(key: Buffer): Promise<KeyValue> {
    const { openInspector, redaction, facts, touches, clock } = this.#options;
    const connection = openInspector();
    try {
      return await readKeyValue({
        ...{ connection, key, redaction, knowsNoTouch: knowsNoTouch(facts()), nowMs: clock.nowMs },
        onTouch: () => touches.add([patternText(key)], clock.nowMs()),
      });
    } catch (error) {
      throw asAppError(error);
    } finally {
      connection.close();
    }
  }

  async #inspect({ key, valueAccess }: InspectRequest): Promise<KeyInspection> {
    const { openInspector, clock, ids, nodeId } = this.#options;
    const connection = openInspector();
    const text = patternText(key);
    try {
      const answer = await this.#readFacts(connection, { key, text, valueAccess });
      const isThere = answer.state === 'there';
      const tags = isThere ? await readTagsOfKey(connection, key, clock.nowMs()) : null;
      return {
        ...{ id: ids.idOf(key), text, isCut: key.length > SHOWN_NAME_BYTES, nameBytes: key.length },
        ...{ state: answer.state, nodeId, pattern: this.#pattern(text), valueAccess },
        ...parts(answer, { key, tags }),
        readAtMs: clock.nowMs(),
      };
    } catch (error) {
      throw asAppError(error);
    } finally {
      connection.close();
    }
  }

  async #readFacts(
    connection: RedisConnection,
    { key, text, valueAccess }: InspectRequest & { readonly text: string },
  ): Promise<KeyFactsAnswer> {
    const { facts, touches, clock } = this.#options;
    const node = facts();
    const answer = await readKeyFacts({
      ...{ connection, key, nowMs: clock.nowMs },
      evictionPolicy: node?.evictionPolicy ?? null,
      knowsNoTouch: knowsNoTouch(node),
      readsContent: valueAccess !== 'roleMissing',
      touchedAtMs: touches.atMs(text),
    });
    if (answer.state === 'there' && answer.facts.isTouched) touches.add([text], clock.nowMs());
    return answer;
  }

  #pattern(text: string): KeyInspection['pattern'] {
    const { learner, hitRatioOf } = this.#options;
    const name = learner.patternOf(text);
    return { name, isDeclared: learner.isDeclared(name), hitRatio: hitRatioOf(name) };
  }
}

function parts(
  answer: KeyFactsAnswer,
  { key, tags }: { readonly key: Buffer; readonly tags: Reading<KeyTags> | null },
): Pick<KeyInspection, 'facts' | 'tags' | 'indexOf'> {
  if (answer.state !== 'there') return { facts: null, tags: null, indexOf: [] };
  const { type } = answer.facts;
  return { facts: answer.facts, tags, indexOf: indexedTags(key, type.state === 'known' ? type.value : null) };
}

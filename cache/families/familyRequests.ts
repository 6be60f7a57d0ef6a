import { checkTtl } from '#cache/keys/entryLives.ts';
import type { Family } from '#cache/keys/family.ts';
import { type FamilyKind, FamilyRequest } from '#cache/keys/familyRequest.ts';
import type { KeyNames } from '#cache/keys/keyNames.ts';
import type { FieldValue } from '#cache/keys/keyTemplate.ts';
import { patternOfTemplate } from '#cache/keys/patternOfTemplate.ts';
import type { BesideKeeper } from '#cache/keys/policy.ts';
import type { FamilyLookups } from '#cache/lookups/familyLookups.ts';
import type { PointerCall } from '#cache/lookups/pointerRequest.ts';
import { ownerHash } from '#cache/store/ownerHash.ts';
import { ANY_FIELD } from '#shared/keys/namePattern.ts';
import type { FamilyCallOptions } from './familyCalls.ts';

/** Of any family: the types of its own are given back by `BoundFamilies`. */
export type Fields = Readonly<Record<string, FieldValue>>;
export type Options = FamilyCallOptions<unknown>;
type AnyRequest = FamilyRequest<string, unknown>;

export interface RequestSurroundings {
  readonly prefix: string;
  readonly names: KeyNames;
  readonly kind: FamilyKind<string, unknown>;
  /** Null = the family has none. */
  readonly lookups: FamilyLookups | null;
}

/** The keys and requests of one family, from the fields and options of its calls. */
export class FamilyRequests {
  /** Of a whole key, the label of its metrics. */
  readonly pattern: string;
  readonly #around: RequestSurroundings;
  readonly #declared: Family<string, unknown>;

  constructor(around: RequestSurroundings) {
    this.#around = around;
    this.#declared = around.kind.declared;
    this.pattern = around.kind.policy.pattern;
  }

  /** By the version that is known, or none. */
  sketchKey(fields: Fields): string {
    return this.#around.names.sketch(this.#declared.template, fields);
  }

  /** Null when the version of the namespace must be asked for first. */
  knownKey(fields: Fields): string | null {
    return this.#around.names.known(this.#declared.template, fields);
  }

  /** Of all keys of the family that have these fields. Throws `badField`. */
  patternOf(fields: Readonly<Record<string, FieldValue | undefined>>): string {
    const { template, namespace } = this.#declared;
    const pattern = this.#around.prefix + patternOfTemplate(template.text, fields);
    return namespace === undefined ? pattern : `${pattern}:v${ANY_FIELD}`;
  }

  /** Null when the version of the namespace must be asked for first. */
  known(fields: Fields, options: Options | undefined): AnyRequest | null {
    const key = this.knownKey(fields);
    return key === null ? null : this.at(key, fields, options);
  }

  async read(fields: Fields, options: Options | undefined): Promise<AnyRequest> {
    return this.at(await this.#around.names.read(this.#declared.template, fields), fields, options);
  }

  /** For a write or an invalidation, whose key must be the one that Redis has now. */
  async forWrite(fields: Fields, options: Options | undefined): Promise<AnyRequest> {
    return this.at(await this.#around.names.writeKey(this.#declared.template, fields), fields, options);
  }

  /** Null for a whole key that is none of the family, or whose fields it does not tell. */
  ofKey(key: string): AnyRequest | null {
    const { template, namespace } = this.#declared;
    const ending = namespace === undefined ? '' : ':v[^:{}]+';
    const fields = template.parse(key, this.#around.prefix, ending);
    return fields === null ? null : this.at(key, fields, undefined);
  }

  at(key: string, fields: Fields, options: Options | undefined): AnyRequest {
    const { kind, lookups } = this.#around;
    const keepBeside = (value: unknown, keep: BesideKeeper): Promise<void> =>
      lookups?.keepPointers(value, keep, this.pointerCall(options)) ?? Promise.resolve();
    return new FamilyRequest(kind, {
      key,
      fields,
      ttlMs: this.#ttlMs(options),
      owner: this.ownerOf(fields, options),
      waitTimeoutMs: options?.waitTimeoutMs,
      load: options?.load,
      keepBeside: lookups === null ? null : keepBeside,
    });
  }

  /** Of an entry, for a call: its own wish first. */
  ownerOf(fields: Fields, options: Options | undefined): Buffer {
    return ownerHash(options?.owner ?? this.#declared.owner?.(fields));
  }

  pointerCall(options: Options | undefined): PointerCall {
    return {
      ttlMs: this.#ttlMs(options),
      owner: ownerHash(options?.owner),
      waitTimeoutMs: options?.waitTimeoutMs,
    };
  }

  #ttlMs(options: Options | undefined): number {
    const ttlSeconds = options?.ttlSeconds;
    if (ttlSeconds === undefined) return this.#declared.ttlSeconds * 1_000;
    checkTtl(ttlSeconds, this.pattern);
    return ttlSeconds * 1_000;
  }
}

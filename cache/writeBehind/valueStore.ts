import { CacheError } from '#cache/cacheError.ts';
import type { EntryStore, Mark } from '#cache/entries/entryStore.ts';
import type { Pending } from '#cache/keys/familyRequest.ts';
import type { FieldsOf, KeyTemplate } from '#cache/keys/keyTemplate.ts';
import type { Request } from '#cache/keys/policy.ts';
import { checkValue } from '#cache/read/checkValue.ts';
import { CALL_MEMORY_MS } from '#cache/store/calls/callNumbers.ts';
import { replyAt } from '#cache/store/parseReply.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import type { Serialiser } from '#cache/store/serialiser.ts';
import type { WriteResult, Written } from '#cache/write/storeWritten.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import { isSureToHaveFailed } from './calls/isSureToHaveFailed.ts';
import { type ChangeResult, Outflow, type WriteBehindClosed, type WriteBehindSnapshot } from './outflow.ts';
import { lastPayloadOf, packBytes, parseFields, unpackBytes } from './queue/change.ts';
import { spansSlots } from './queue/changeKeys.ts';
import { prepareFlushSettings } from './queue/flushOptions.ts';
import type { ValueChange, WriteBehindOptions } from './valueOptions.ts';
import { DOUBT, overtakeScript, pendingScript, timeScript, writeScript } from './valueScripts.ts';
import type { WriteBehindSurroundings } from './writeBehindSurroundings.ts';

export interface ValueSurroundings extends WriteBehindSurroundings {
  readonly serialiser: Serialiser;
  readonly entries: Pick<EntryStore, 'fenceKey'>;
  /** Stores a checked value unless something newer came after its mark (`storeWritten`). */
  store<Value>(request: Request<Value>, written: Written<Value>): Promise<WriteResult>;
  /** Drops an entry everywhere, queued until Redis confirms it. */
  invalidate(key: string): Promise<unknown>;
}

/** What a family gives to its values written behind. */
export interface WrittenFamily<Template extends string, Value> {
  /** The declared name. */
  readonly name: string;
  /** The label of its metrics. */
  readonly pattern: string;
  readonly template: KeyTemplate;
  readonly options: WriteBehindOptions<Template, Value>;
  /** The whole name of an entry in Redis. */
  entryKey(fields: FieldsOf<Template>): Promise<string>;
}

/** Queues one value; may be run any number of times. */
type Rerun = () => Promise<Outcome<unknown>>;

interface DirectWrite<Template extends string, Value> {
  readonly fields: FieldsOf<Template>;
  readonly value: Value;
  readonly run: Rerun;
}

/** Values of one family that go to the cache now and to the source later. */
export class ValueStore<Template extends string, Value> {
  readonly outflow: Outflow;
  readonly #around: ValueSurroundings;
  readonly #family: WrittenFamily<Template, Value>;
  readonly #fences: string | null;

  /** Throws `badOptions`. */
  constructor(around: ValueSurroundings, family: WrittenFamily<Template, Value>) {
    const { name, pattern, options } = family;
    this.#around = around;
    this.#family = family;
    const isSpanned = spansSlots(around.prefix, around.transport.isCluster);
    this.#fences = isSpanned ? null : ownKeyName(around.prefix, 'fences');
    this.outflow = new Outflow(around, {
      ...{ name, pattern, kind: 'value', settings: prepareFlushSettings(options, family.template.text) },
      flush: async (changes, signal) =>
        options.flush(
          changes.map((change) => this.#changeOf(change.fields, change.id, lastPayloadOf(change))),
          signal,
        ),
      burialOf: (change) => ({ payload: lastPayloadOf(change), counterKey: null }),
      onBuried: async (change) => {
        const fields = parseFields<FieldsOf<Template>>(change.fields);
        await around.invalidate(await family.entryKey(fields));
      },
    });
  }

  /**
   * The request is that of the family for the entry, with its key, TTL and owner. In a Cluster whose prefix has no hash tag, a
   * crash between the queue and the entry may leave the old one until it expires.
   */
  async write(request: Request<Value>, fields: FieldsOf<Template>, value: Value): Promise<ChangeResult> {
    const checked = await checkValue(request, value);
    const key = this.#family.template.build(fields);
    const run = this.#writeRun(request, fields, this.#pack(request, checked));
    const fenced = this.#fences === null ? await this.#around.entries.fenceKey(request.key) : null;
    const outcome = await run();
    if (outcome.isDone) {
      this.outflow.repeater.drop(key);
      this.outflow.corrections.drop(key);
      this.outflow.noteQueued();
      await this.#storeEntry(request, checked, fenced === null ? outcome : fenced);
      return { state: 'queued' };
    }
    this.outflow.tellFallback(outcome);
    if (isSureToHaveFailed(outcome)) return this.#writeDirect(request, { fields, value: checked, run });
    this.#repeat(key, { run, entryKey: request.key });
    await this.#around.invalidate(request.key);
    return { state: 'unknown' };
  }

  /** The value that the source has not got yet; what a load of the entry gives in its place. */
  async readPending(fields: FieldsOf<Template>): Promise<Pending<Value>> {
    const key = this.#family.template.build(fields);
    // The source may have a newer one than Redis tells.
    if (this.outflow.corrections.has(key)) return 'unknown';
    const outcome = await pendingScript.run(this.#around.transport, {
      keys: [this.outflow.keys.pending],
      args: [key],
    });
    if (!outcome.isDone) {
      this.outflow.tellFallback(outcome);
      return 'unknown';
    }
    const text = typeof outcome.reply === 'string' ? outcome.reply : '';
    const packed = text.slice(text.indexOf(' ') + 1);
    if (packed === '') return 'none';
    // What the source has now may be older or newer than it.
    if (packed.startsWith(DOUBT)) return 'unknown';
    try {
      return { value: this.#decode(packed) };
    } catch (error) {
      this.outflow.tellFallback({ isDone: false, code: 'undecodable', error });
      return 'unknown';
    }
  }

  snapshot(): Promise<WriteBehindSnapshot | null> {
    return this.outflow.snapshot();
  }

  close(boundMs: number): Promise<WriteBehindClosed> {
    return this.outflow.close(boundMs);
  }

  #writeRun(request: Request<Value>, fields: FieldsOf<Template>, packed: string): Rerun {
    const call = this.outflow.nextCall();
    const { queue, pending } = this.outflow.keys;
    const entry = this.#fences === null ? [] : [this.#fences, request.key];
    const key = this.#family.template.build(fields);
    return () =>
      writeScript.run(this.#around.transport, {
        keys: [queue, pending, call.key, ...entry],
        args: [call.bit, CALL_MEMORY_MS, key, JSON.stringify(fields), packed],
      });
  }

  /** Never rejects: the value is queued. What is not stored is dropped; then loads find the queued value. */
  async #storeEntry(request: Request<Value>, value: Value, marked: Outcome<unknown>): Promise<void> {
    const mark: Mark = marked.isDone ? String(marked.reply) : '';
    const isStored = mark !== '' && (await this.#isStored(request, { value, mark, loadMs: 0 }));
    if (!isStored) await this.#around.invalidate(request.key);
  }

  /** Refused when another wrote after the mark: the last one queued is the one that shows. */
  async #isStored(request: Request<Value>, written: Written<Value>): Promise<boolean> {
    try {
      return (await this.#around.store(request, written)).state === 'stored';
    } catch (error) {
      const code = error instanceof CacheError ? error.code : 'tagsFailed';
      this.outflow.tellFallback({ isDone: false, code, error });
      return false;
    }
  }

  async #writeDirect(
    request: Request<Value>,
    { fields, value, run }: DirectWrite<Template, Value>,
  ): Promise<ChangeResult> {
    const key = this.#family.template.build(fields);
    const isOneUnderWay = this.outflow.repeater.has(key);
    const id = this.outflow.directId();
    const beganAtMs = performance.now();
    const change = { fields, value, id, isDirect: true };
    try {
      await this.outflow.flushDirect((signal) => this.#family.options.flush([change], signal));
      // The connection may still hold the older one, and would queue it later than this one was written: so this one follows it.
      if (isOneUnderWay) this.#repeat(key, { run, entryKey: request.key });
      await this.#overtake(key, { beganAtMs, entryKey: request.key });
    } finally {
      await this.#around.invalidate(request.key);
    }
    return { state: 'direct' };
  }

  #repeat(key: string, { run, entryKey }: { readonly run: Rerun; readonly entryKey: string }): void {
    this.outflow.repeat(run, { name: key, onDone: () => void this.#around.invalidate(entryKey) });
  }

  /**
   * Loads must no longer find the older value that may still wait in the queue. When the newer one was written is taken back from
   * what the clock of Redis says now, between bounds: a value that was queued since then must not be lost.
   */
  async #overtake(
    key: string,
    { beganAtMs, entryKey }: { readonly beganAtMs: number; readonly entryKey: string },
  ): Promise<void> {
    const { transport } = this.#around;
    const keys = [this.outflow.keys.pending];
    const run = async (): Promise<Outcome<unknown>> => {
      const askedAtMs = performance.now();
      const time = await timeScript.run(transport, { keys, args: [] });
      if (!time.isDone) return time;
      const nowMs = Number(replyAt(time.reply, 0)) * 1_000 + Number(replyAt(time.reply, 1)) / 1_000;
      const earliestMs = nowMs - (performance.now() - beganAtMs);
      const latestMs = nowMs - (askedAtMs - beganAtMs);
      return overtakeScript.run(transport, { keys, args: [key, earliestMs, latestMs] });
    };
    await this.outflow.correct(key, { run, onDone: () => void this.#around.invalidate(entryKey) });
  }

  #changeOf(fields: string, id: string, packed: string): ValueChange<Template, Value> {
    return {
      fields: parseFields<FieldsOf<Template>>(fields),
      value: this.#decode(packed),
      id,
      isDirect: false,
    };
  }

  #decode(packed: string): Value {
    return this.#around.serialiser.decode<Value>(unpackBytes(packed));
  }

  #pack({ key }: Request<Value>, value: Value): string {
    try {
      return packBytes(this.#around.serialiser.encode(value));
    } catch (error) {
      throw new CacheError('unserialisable', 'The value has no form in the serialiser.', {
        cause: error,
        key,
      });
    }
  }
}

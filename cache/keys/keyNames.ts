import type { FieldValue, KeyTemplate } from './keyTemplate.ts';

type Fields = Readonly<Record<string, FieldValue>>;

export interface KeyNamesOptions {
  readonly prefix: string;
  /** Undefined = no version is part of the keys. */
  readonly namespace: string | undefined;
  readonly versions: {
    /** Null = it must be asked for. */
    peek(namespace: string): string | null;
    read(namespace: string): Promise<string>;
    /** As Redis has it now, or as each raise of it is heard. */
    readNow(namespace: string): Promise<string>;
  };
}

/** The whole names of the keys of a family and its look-ups: prefix, fields, and the version of the namespace. */
export class KeyNames {
  readonly #options: KeyNamesOptions;

  constructor(options: KeyNamesOptions) {
    this.#options = options;
  }

  /** The label of its metrics. */
  patternOf(template: KeyTemplate): string {
    const { prefix, namespace } = this.#options;
    return prefix + template.text + (namespace === undefined ? '' : ':v{version}');
  }

  /** Null when the version must be asked for. Throws `badField`. */
  known(template: KeyTemplate, fields: Fields): string | null {
    const { namespace, versions } = this.#options;
    if (namespace === undefined) return this.#build(template, fields, null);
    const version = versions.peek(namespace);
    return version === null ? null : this.#build(template, fields, version);
  }

  async read(template: KeyTemplate, fields: Fields): Promise<string> {
    const known = this.known(template, fields);
    if (known !== null) return known;
    return this.#build(template, fields, await this.#options.versions.read(this.#options.namespace ?? ''));
  }

  /** For a write or an invalidation: never by a version that may have been raised since. Open where Redis does not say. */
  async writeKey(template: KeyTemplate, fields: Fields): Promise<string> {
    const { namespace, versions } = this.#options;
    const version = namespace === undefined ? null : await versions.readNow(namespace);
    return this.#build(template, fields, version);
  }

  /** By the version that is known, or none. */
  sketch(template: KeyTemplate, fields: Fields): string {
    return this.known(template, fields) ?? this.#build(template, fields, '0');
  }

  #build(template: KeyTemplate, fields: Fields, version: string | null): string {
    const key = template.build(fields, this.#options.prefix);
    return version === null ? key : `${key}:v${version}`;
  }
}

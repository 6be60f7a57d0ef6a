import type { FieldValue, KeyTemplate } from '#cache/keys/keyTemplate.ts';
import type { StandardSchema } from '#cache/validate/standardSchema.ts';

/** What an entry under a secondary key holds: the fields of the family's own key. */
export type Pointer = Readonly<Record<string, FieldValue>>;

/** Checks what stands under a secondary key, and takes from the caller's fields those that the template has. */
export class PointerForm {
  readonly #names: readonly string[];

  constructor(template: KeyTemplate) {
    this.#names = [...template.text.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
  }

  /** A new object with the fields of the template alone; null when one is missing. */
  parse(fields: unknown): Pointer | null {
    if (!this.#isPointer(fields)) return null;
    return Object.fromEntries(this.#names.map((name) => [name, fields[name] ?? '']));
  }

  /** For entries: what is no pointer is reloaded, as a value that its schema refuses. */
  get schema(): StandardSchema<Pointer | undefined> {
    return {
      '~standard': {
        version: 1,
        vendor: 'cachescope',
        validate: (value) => {
          // The same object, by which what was loaded with it is found.
          if (value === undefined || this.#isPointer(value)) return { value };
          return { issues: [{ message: 'it is no pointer' }] };
        },
      },
    };
  }

  #isPointer(fields: unknown): fields is Pointer {
    if (typeof fields !== 'object' || fields === null) return false;
    return this.#names.every((name) => ['string', 'number'].includes(typeof Reflect.get(fields, name)));
  }
}

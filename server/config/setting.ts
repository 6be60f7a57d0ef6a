import type { Parsed } from './parsed.ts';

/**
 * One row a setting. The flag (`--metrics`), the environment variable (`CACHESCOPE_METRICS`), the key in a file
 * (`metrics`), parsing and the help all come from the row, so none of them can be forgotten.
 */
export interface Setting<T> {
  /** Words in kebab-case. */
  readonly name: string;
  /** Word for the value in the help; null = a switch. */
  readonly argument: string | null;
  readonly help: string;
  readonly isRepeatable: boolean;
  /** Secrets are no flags, because everybody on the machine can read the arguments of a process. */
  readonly isSecret: boolean;
  /** Whether a value in the file may be an object; the row parses its JSON. */
  readonly takesObjects: boolean;
  /** For the help; null = absent. */
  readonly shownDefault: string | null;
  readonly parse: (text: string) => Parsed<T>;
}

/** What most rows have in common. */
export const plain = { isRepeatable: false, isSecret: false, takesObjects: false, shownDefault: null };

export function flagOf({ name }: Setting<unknown>): string {
  return `--${name}`;
}

export function variableOf({ name }: Setting<unknown>): string {
  return `CACHESCOPE_${name.toUpperCase().replaceAll('-', '_')}`;
}

export function fileKeyOf({ name }: Setting<unknown>): string {
  return name.replace(/-(\w)/g, (_hyphen, letter: string) => letter.toUpperCase());
}

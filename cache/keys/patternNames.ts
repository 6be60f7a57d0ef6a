import { OTHER_PATTERN } from '#shared/metricNames.ts';
import type { Families } from './family.ts';

/** Most patterns named by calls and not by families; past it, look-ups count under `other`. Ours: it bounds the series. */
const MAX_NAMED_PATTERNS = 100;

/** Full pattern names (`catalog:product:{id}`) of one cache: those of its families, and a bounded number named by calls. */
export class PatternNames {
  /** Of the families. */
  readonly namespaces: ReadonlySet<string>;
  readonly #prefix: string;
  readonly #matchers: readonly { readonly pattern: string; readonly matcher: RegExp }[];
  readonly #named = new Set<string>();

  constructor(prefix: string, families: Families) {
    this.#prefix = prefix;
    const declared = Object.values(families).map(({ namespace }) => namespace);
    this.namespaces = new Set(declared.filter((one) => one !== undefined));
    this.#matchers = Object.values(families).flatMap(({ template, lookupTemplates, namespace }) =>
      [template, ...lookupTemplates.values()].map((one) => ({
        pattern: prefix + one.text + (namespace === undefined ? '' : ':v{version}'),
        matcher: one.matcher(prefix, namespace === undefined ? '' : ':v[^:{}]+'),
      })),
    );
  }

  /** The metric label for a pattern that a call named; `other` when it named none or the bound is reached. */
  ofCall(pattern: string | undefined): string {
    if (pattern === undefined) return OTHER_PATTERN;
    const full = this.#prefix + pattern;
    if (this.#named.has(full)) return full;
    if (this.#named.size >= MAX_NAMED_PATTERNS) return OTHER_PATTERN;
    this.#named.add(full);
    return full;
  }

  /** The family that a whole key name belongs to; `other` when it is of none. */
  ofKey(key: string): string {
    return this.#matchers.find(({ matcher }) => matcher.test(key))?.pattern ?? OTHER_PATTERN;
  }
}

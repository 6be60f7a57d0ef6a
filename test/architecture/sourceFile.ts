/** A file of the repository, by its path from the root, with its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One import statement, re-export or dynamic import. */
export interface Import {
  /** Path of the importing file. */
  readonly from: string;
  /** As written: `./x.ts`, `#shared/x.ts`, `ioredis`. */
  readonly specifier: string;
  /** Path in the repository; null for packages and what Node brings. */
  readonly target: string | null;
  /** Vanishes when types are stripped. */
  readonly isTypeOnly: boolean;
  /** Text between `import` and `from`, such as `type { A, B }`. */
  readonly names: string;
}

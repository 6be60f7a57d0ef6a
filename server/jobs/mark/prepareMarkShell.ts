import type { TagMark } from '#server/tags/marks/tagMark.ts';
import { quoteForShell } from '../purge/selections/quoteForShell.ts';

/** Lines for bash that purge the tag; empty where its name holds a NUL byte, which no shell can pass on. */
export function prepareMarkShell(mark: TagMark): readonly string[] {
  if (quoteForShell(mark.tagKey) === null) return [];
  return mark.prepareShellCommands((bytes) => quoteForShell(bytes) ?? "''");
}

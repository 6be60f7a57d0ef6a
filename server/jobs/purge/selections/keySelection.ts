import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { CLI, removeValuesOnly } from './plainRemoval.ts';
import { type Selection, unconditional } from './selection.ts';

/** These keys, each once. Throws `AppError` badInput for text that is no key. */
export function keySelection(texts: readonly string[]): Selection {
  const names = new Set(texts.map((text) => Buffer.from(parseKey(text)).toString('latin1')));
  const keys = [...names].map((name) => Buffer.from(name, 'latin1'));
  const [first = Buffer.alloc(0)] = keys;
  const shown = keys.length === 1 ? formatKey(first) : `${formatKey(first)} and ${keys.length - 1} more`;
  return {
    words: `named ${shown}`,
    subject: shown,
    isEasilyTooWide: false,
    ...unconditional,
    readCount: async () => null,
    readKeys: async () => ({ cursor: null, elements: keys }),
    ...removeValuesOnly,
    prepareShellCommands: (quote) =>
      chunksOf(keys, KEYS_PER_UNLINK).map((some) => `${CLI} UNLINK ${some.map(quote).join(' ')}`),
  };
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

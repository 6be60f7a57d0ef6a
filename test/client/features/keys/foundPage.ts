import type { FoundKey, FoundKeys, KeyWalk } from '#shared/keys/foundKeys.ts';

export function foundKey(text: string, more: Partial<FoundKey> = {}): FoundKey {
  return {
    ...{ id: `id-of-${text}`, text, isCut: false, nameBytes: text.length, pattern: 'user:{id}' },
    ...{ type: 'string', ttl: { leftMs: 60_000 }, bytes: 120 },
    ...more,
  };
}

export function foundPage(texts: readonly string[], more: Partial<FoundKeys> = {}): FoundKeys {
  return {
    ...{ keys: texts.map((text) => foundKey(text)), walk: null, goneCount: 0, deniedCount: 0 },
    ...{ whyUnknown: { type: null, ttl: null, bytes: null }, readAtMs: Date.now() },
    ...more,
  };
}

export function keyWalk(more: Partial<KeyWalk> = {}): KeyWalk {
  return { glob: 'user:*', cursor: null, walkedRatio: 1, keyCount: 1_000_000, remainingMs: 0, ...more };
}

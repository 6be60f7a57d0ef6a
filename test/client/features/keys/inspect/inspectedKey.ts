import type { KeyFacts, KeyInspection } from '#shared/keys/keyInspection.ts';
import { known, unknown } from '#shared/reading.ts';

const AT_MS = 1_790_000_000_000;

export function keyFacts(more: Partial<KeyFacts> = {}): KeyFacts {
  return {
    type: known('string', AT_MS, 'TYPE'),
    ttl: known({ leftMs: 65_000 }, AT_MS, 'PTTL'),
    bytes: known(2_048, AT_MS, 'MEMORY USAGE'),
    encoding: known('embstr', AT_MS, 'OBJECT ENCODING'),
    use: known({ kind: 'idle', idleMs: 12_000, isOurs: false }, AT_MS, 'OBJECT IDLETIME'),
    length: known({ count: 40, unit: 'bytes' }, AT_MS, 'STRLEN'),
    content: known({ format: 'json', confidence: 'certain', entry: null }, AT_MS, 'first 72 bytes'),
    isTouched: false,
    ...more,
  };
}

export function inspectedKey(more: Partial<KeyInspection> = {}): KeyInspection {
  return {
    ...{
      id: 'k1',
      text: 'shop:product:7',
      isCut: false,
      nameBytes: 14,
      state: 'there',
      nodeId: '127.0.0.1:6379',
    },
    pattern: {
      name: 'shop:product:{id}',
      isDeclared: true,
      hitRatio: known(0.941, AT_MS, 'metrics of shop'),
    },
    facts: keyFacts(),
    tags: known(
      {
        tags: [
          { layoutName: 'Cachescope', tag: 'shoes', memberCount: 2 },
          { layoutName: 'Cachescope', tag: 'gone', memberCount: null },
        ],
        isCut: false,
        untoldLayouts: ['Laravel 10 to 13'],
      },
      AT_MS,
      'lists',
    ),
    ...{ indexOf: [], valueAccess: 'allowed', readAtMs: AT_MS },
    ...more,
  };
}

export const denied = (word: string) =>
  unknown('notPermitted', `The Redis user may not do this. Add ${word} to its ACL.`);

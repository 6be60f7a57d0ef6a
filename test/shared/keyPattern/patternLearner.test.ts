import { describe, expect, it } from 'vitest';
import { createPatternLearner, type PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';
import { drawKeys, families, seeded } from './keyspace.ts';

function patternsOf(
  keys: readonly string[],
  learner: PatternLearner = createPatternLearner(),
): Map<string, number> {
  for (const key of keys) learner.learn(key);
  const counts = new Map<string, number>();
  for (const key of keys) {
    const pattern = learner.patternOf(key);
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return counts;
}

describe('a pattern of one key', () => {
  it.each([
    ['user:123', 'user:{id}'],
    ['user-123', 'user-{id}'],
    ['item_45', 'item_{id}'],
    ['list:page=3', 'list:page={id}'],
    ['user:42:profile', 'user:{id}:profile'],
    ['api/v1/users/42', 'api/v1/users/{id}'],
    ['a|12|b', 'a|{id}|b'],
    ['app.user.12.name', 'app.user.{id}.name'],
    ['session:123e4567-e89b-12d3-a456-426614174000', 'session:{uuid}'],
    ['u-123e4567-e89b-12d3-a456-426614174000-x', 'u-{uuid}-x'],
    ['sha:9e107d9d372bb6826bd81d3542a419d6', 'sha:{hash}'],
    ['crc:1a2b3c4d', 'crc:{hash}'],
    ['job:01ARZ3NDEKTSV4RRFFQ69G5FAV', 'job:{ulid}'],
    ['s:V1StGXR8_Z5jdHi6B-myT', 's:{hash}'],
    ['jwt:eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', 'jwt:{hash}'],
    ['day:2026-11-23', 'day:{date}'],
    ['day:20261123', 'day:{date}'],
    ['month:2026-11', 'month:{date}'],
    ['at:2026-11-23T10:15:00Z', 'at:{date}'],
    ['at:2026-11-23T10:15:00+01:00:x', 'at:{date}:x'],
    ['report-2026-11-23-final', 'report-{date}-final'],
    ['mail:anna@example.com', 'mail:{email}'],
    ['mail=anna.b@example.co.uk', 'mail={email}'],
    ['anna.b@example.com', '{email}'],
    ['rate:10.0.0.1', 'rate:{ip}'],
    ['rate:10.0.0.1:80', 'rate:{ip}:{id}'],
    ['10.0.0.1', '{ip}'],
    ['rate:2001:db8::8a2e:370:7334', 'rate:{ip}'],
    ['rate:fe80::1:burst', 'rate:{ip}:burst'],
    ['geo:52.52,13.40', 'geo:{id},{id}'],
    ['price:v2:eur', 'price:v2:eur'],
    ['price:v1.2.3:eur', 'price:v1.2.3:eur'],
    ['cache:sha256', 'cache:sha256'],
    ['getProductRecommendationsForUser:12', 'getProductRecommendationsForUser:{id}'],
    ['catalog:tag:product:12', 'catalog:tag:{tag}'],
    ['tag:news', 'tag:{tag}'],
    ['catalog:key-tags:catalog:product:12', 'catalog:key-tags:{key}'],
    ['user:12:tag:a', 'user:{id}:tag:{tag}'],
    ['catalog:cachescope:fences', 'catalog:cachescope:{upkeep}'],
    ['catalog:cachescope:{write-behind:stock}:calls:a1:0', 'catalog:cachescope:{upkeep}'],
    ['cachescope:{cachescope:events}:group:catalog', 'cachescope:{upkeep}'],
    ['{shop}:cachescope:version:flags', '\\{shop\\}:cachescope:{upkeep}'],
    ['app:cachescopes:7', 'app:cachescopes:{id}'],
    ['app:cachescope', 'app:cachescope'],
    ['{user:123}:cart', '\\{user:{id}\\}:cart'],
    ['{user123}:cart', '\\{user123\\}:cart'],
    ['user:{id}', 'user:\\{id\\}'],
    ['user:{id}-3', 'user:\\{id\\}-{id}'],
    ['bin:\\x00\\xffab:cd', 'bin:{bytes}'],
    ['', ''],
    ['::', '::'],
    ['__proto__', '__proto__'],
    ['constructor:toString', 'constructor:toString'],
    ['other', 'other'],
  ])('of %s is %s', (key, pattern) => {
    const learner = createPatternLearner();
    expect(learner.patternOf(key)).toBe(pattern);
    expect(learner.learn(key)).toBe(pattern);
    expect(learner.patternOf(key)).toBe(pattern);
    expect(learner.canonical(pattern)).toBe(pattern);
  });
});

describe('words', () => {
  it('stay literal while they are few', () => {
    const sections = [
      'settings',
      'profile',
      'cart',
      'orders',
      'flags',
      'theme',
      'locale',
      'badges',
      'quota',
      'devices',
    ];
    const keys = sections.flatMap((section) =>
      Array.from({ length: 50 }, (_, id) => `user:${id}:${section}`),
    );
    expect([...patternsOf(keys).keys()]).toEqual(sections.map((section) => `user:{id}:${section}`));
  });

  it('stay literal for sixty sections with many keys each, in random order', () => {
    const random = seeded(5);
    const keys = Array.from({ length: 5_000 }, () => {
      const section = Math.floor(random() * 60);
      return `${String.fromCharCode(97 + (section % 26))}${'section'.slice(0, 1 + Math.floor(section / 26))}:${Math.floor(random() * 9_000)}`;
    });
    expect(patternsOf(keys).size).toBe(60);
  });

  it('become {slug} when they are hundreds, beside sections that stay', () => {
    const random = seeded(3);
    const names = drawKeys(40_000, 9).filter((key) => key.startsWith('catalog:slug:'));
    const keys = [
      ...names.map((key) => key.replace('catalog:slug:', 'shop:')),
      ...Array.from({ length: 300 }, () => `shop:orders:${Math.floor(random() * 9_000)}`),
      ...Array.from({ length: 300 }, () => `shop:search:${Math.floor(random() * 9_000)}`),
    ].sort(() => random() - 0.5);
    expect([...patternsOf(keys).keys()].sort()).toEqual([
      'shop:orders:{id}',
      'shop:search:{id}',
      'shop:{slug}',
    ]);
  });

  it('let a new section out of the slugs once it has many keys', () => {
    const learner = createPatternLearner();
    for (let index = 0; index < 2_000; index += 1) learner.learn(`shop:${toLetters(index)}`);
    for (let index = 0; index < 400; index += 1) {
      learner.learn(`shop:wishlist:${index}`);
      learner.learn(`shop:${toLetters(5_000 + index)}`);
    }
    expect(learner.patternOf('shop:wishlist:7')).toBe('shop:wishlist:{id}');
    expect(learner.patternOf('shop:zzz')).toBe('shop:{slug}');
  });

  it('show a new version although the position is full of slugs', () => {
    const learner = createPatternLearner();
    for (let index = 0; index < 500; index += 1) learner.learn(`shop:${toLetters(index)}`);
    expect(learner.learn('shop:v2:1')).toBe('shop:v2:{id}');
    expect(learner.learn('shop:v3:1')).toBe('shop:v3:{id}');
  });

  it('fold numbered words when they are many', () => {
    const learner = createPatternLearner();
    expect(learner.learn('p:v1:7')).toBe('p:v1:{id}');
    expect(learner.learn('p:v2:7')).toBe('p:v2:{id}');
    for (let version = 3; version <= 14; version += 1) learner.learn(`p:v${version}:7`);
    expect(learner.patternOf('p:v1:7')).toBe('p:v{n}:{id}');
    expect(learner.canonical('p:v2:{id}')).toBe('p:v{n}:{id}');
  });

  it('rename patterns given earlier once their position has collapsed', () => {
    const learner = createPatternLearner();
    const early = learner.learn('shop:red-lamp:price');
    expect(early).toBe('shop:red-lamp:price');
    for (let index = 0; index < 400; index += 1) learner.learn(`shop:${toLetters(index)}:price`);
    expect(learner.canonical(early)).toBe('shop:{slug}:price');
    expect(learner.patternOf('shop:red-lamp:price')).toBe('shop:{slug}:price');
  });
});

describe('declared families', () => {
  const declaredFamilies = [
    'catalog:product:{id}',
    'recs:{userId}:{locale}',
    'catalog:{kind}:{id}',
    'page:{path}',
    'catalog:product:home',
    'img-{id}-{size}:raw',
  ];

  it.each([
    ['catalog:product:some-slug', 'catalog:product:{id}'],
    ['catalog:product:home', 'catalog:product:home'],
    ['catalog:brand:7', 'catalog:{kind}:{id}'],
    ['recs:7:en-US', 'recs:{userId}:{locale}'],
    ['page:/a/b', 'page:{path}'],
    ['img-7-large:raw', 'img-{id}-{size}:raw'],
    ['catalog:product:7:reviews', 'catalog:product:{id}:reviews'],
    ['catalog:product:', 'catalog:product:'],
  ])('give %s the pattern %s', (key, pattern) => {
    expect(createPatternLearner({ declaredFamilies }).learn(key)).toBe(pattern);
  });

  it('are the same in any order of declaration, and can be added later', () => {
    const learner = createPatternLearner({ declaredFamilies: declaredFamilies.toReversed() });
    expect(learner.learn('catalog:product:7')).toBe('catalog:product:{id}');
    expect(learner.learn('basket:anna')).toBe('basket:anna');
    learner.declare('basket:{user}');
    expect(learner.learn('basket:anna')).toBe('basket:{user}');
    expect(learner.isDeclared('basket:{user}')).toBe(true);
    expect(learner.isDeclared('basket:anna')).toBe(false);
  });

  it('are bounded in number and in what they cost', () => {
    const learner = createPatternLearner({ declaredFamilies: ['x:{a}-{b}-{c}-{d}', 'y:{a}-{b}-{c}z'] });
    expect(learner.isDeclared('x:{a}-{b}-{c}-{d}')).toBe(false);
    expect(learner.learn(`y:${'-'.repeat(250)}`)).not.toBe('y:{a}-{b}-{c}z');
    for (let index = 0; index < 6_000; index += 1) learner.declare(`raw:${index}:key`);
    expect(learner.isDeclared('raw:4000:key')).toBe(true);
    expect(learner.isDeclared('raw:5999:key')).toBe(false);
    learner.declare('other');
    expect(learner.isDeclared('other')).toBe(false);
  });

  it('match braces of the key only where the template escapes them', () => {
    const learner = createPatternLearner({ declaredFamilies: ['\\{user:{id}\\}:cart'] });
    expect(learner.learn('{user:anna}:cart')).toBe('\\{user:{id}\\}:cart');
  });
});

describe('a whole keyspace', () => {
  it.each([1, 2])(
    'of 40 families and 100,000 keys gives those 40 and next to nothing else (seed %i)',
    (seed) => {
      const counts = patternsOf(drawKeys(100_000, seed));
      const wanted = new Set(families.map(({ pattern }) => pattern));
      const stray = [...counts].filter(([pattern]) => !wanted.has(pattern));
      expect([...wanted].filter((pattern) => !counts.has(pattern))).toEqual([]);
      expect(stray.length, JSON.stringify(stray)).toBeLessThanOrEqual(2);
      expect(stray.reduce((sum, [, count]) => sum + count, 0)).toBeLessThan(20);
    },
  );

  it('gives the same patterns in any order', () => {
    const keys = drawKeys(20_000, 4);
    const forward = [...patternsOf(keys).keys()].sort();
    const backward = [...patternsOf(keys.toReversed()).keys()].sort();
    const sorted = [...patternsOf(keys.toSorted()).keys()].sort();
    expect(backward).toEqual(forward);
    expect(sorted).toEqual(forward);
  });
});

describe('bounds', () => {
  it('gather what is past the limit in other', () => {
    const learner = createPatternLearner({ maxPatterns: 5 });
    for (const word of ['a', 'b', 'c', 'd', 'e']) expect(learner.learn(`${word}:1`)).toBe(`${word}:{id}`);
    expect(learner.learn('f:1')).toBe(OTHER_PATTERN);
    expect(learner.patternOf('g:1')).toBe(OTHER_PATTERN);
    expect(learner.learn('a:2')).toBe('a:{id}');
  });

  it('make room for new patterns when old ones stay away', () => {
    const learner = createPatternLearner({ maxPatterns: 3 });
    for (const key of ['a:1', 'b:1', 'c:1', 'd:1']) learner.learn(key);
    for (let round = 0; round < 5; round += 1) {
      learner.nextRound();
      learner.learn('a:1');
    }
    expect(learner.learn('d:1')).toBe('d:{id}');
    expect(learner.patternOf('a:1')).toBe('a:{id}');
  });

  it('hold for 100,000 hostile shapes', () => {
    const random = seeded(11);
    const learner = createPatternLearner();
    const alphabet = 'abcxyzABC019:/|_-.={}\\@ é';
    for (let index = 0; index < 100_000; index += 1) {
      let key = '';
      for (let length = Math.floor(random() * 60); length > 0; length -= 1) {
        key += alphabet.charAt(Math.floor(random() * alphabet.length));
      }
      learner.learn(key);
    }
    expect(learner.patternCount).toBeLessThanOrEqual(500);
    expect(learner.nodeCount).toBeLessThanOrEqual(8_000);
  });

  it('hold for keys of half a megabyte, which cost no more than others', () => {
    const learner = createPatternLearner();
    expect(learner.learn('k'.repeat(524_288))).toBe('{rest}');
    expect(learner.learn(`big:${'a-1:'.repeat(131_072)}`)).toMatch(/^big:(a-\{id\}:){11}\{rest\}$/);
    expect(learner.learn(`path:${'x'.repeat(100)}`)).toBe('path:{slug}');
  });
});

function toLetters(index: number): string {
  return [...String(index)].map((digit) => 'abcdefghij'.charAt(Number(digit))).join('');
}

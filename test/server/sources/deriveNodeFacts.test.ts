import { describe, expect, test } from 'vitest';
import { deriveNodeFacts } from '#server/sources/deriveNodeFacts.ts';
import { parseInfo } from '#server/sources/parseInfo.ts';
import { redis62, redis80, valkey81 } from './infoFixtures.ts';

describe('deriveNodeFacts', () => {
  test('of Redis 6.2', () => {
    expect(deriveNodeFacts(parseInfo(redis62))).toEqual({
      flavour: 'redis',
      version: '6.2.14',
      role: 'master',
      runId: 'a'.repeat(40),
      uptimeSeconds: 100,
      keyCount: 7,
      keysWithTtlCount: 5,
      connectedClientCount: 5,
      maxClientCount: 10_000,
      blockedClientCount: 0,
      usedMemoryBytes: 1_048_576,
      maxMemoryBytes: null,
      peakMemoryBytes: 2_097_152,
      residentMemoryBytes: 4_194_304,
      allocatorFragmentationRatio: 1.25,
      evictionPolicy: 'noeviction',
      expiredStaleRatio: 0.125,
      isLoading: false,
      replicaCount: 2,
      lastSaveFailed: false,
    });
  });

  test('of Redis 8.0: loading, with a limit, a failed save and what it does not say as null', () => {
    expect(deriveNodeFacts(parseInfo(redis80))).toMatchObject({
      version: '8.0.6',
      role: 'slave',
      keyCount: 9,
      maxClientCount: null,
      maxMemoryBytes: 2_147_483_648,
      evictionPolicy: 'allkeys-lfu',
      expiredStaleRatio: null,
      isLoading: true,
      lastSaveFailed: true,
    });
  });

  test('of Valkey 8.1: its own version, and no keys where the keyspace is empty', () => {
    expect(deriveNodeFacts(parseInfo(valkey81))).toMatchObject({
      flavour: 'valkey',
      version: '8.1.1',
      keyCount: 0,
      keysWithTtlCount: 0,
      lastSaveFailed: null,
    });
  });

  test('of nonsense: every number is unknown, none is zero', () => {
    const facts = deriveNodeFacts(
      parseInfo('# Memory\nused_memory:lots\nmaxmemory:\nuptime_in_seconds:Infinity\n'),
    );
    const numbers = Object.values(facts).filter((value) => typeof value === 'number');
    expect(numbers).toEqual([]);
  });
});

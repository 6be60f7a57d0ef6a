import { expect, onTestFinished, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const targetId = DEFAULT_TARGET_ID;

test.each([
  [false, 'switchedOff'],
  [true, 'allowed'],
])(
  'the list tells whether what letters carry may be shown: --values %s',
  async (areValuesShown, valueAccess) => {
    await using redis = await startRedis();
    const server = await openServer(testConfig(redis.port, { areValuesShown }), testSurroundings);
    onTestFinished(() => server.close());
    const list = await apiClient(server.url).letters.list.query({ targetId, stream: null, before: null });
    expect(list).toMatchObject({ letters: [], valueAccess });
  },
);

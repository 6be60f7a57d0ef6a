import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { runIncident } from '#demo/control/controlClient.ts';
import { startTestDemo } from '#test/demo/startTestDemo.ts';
import { apiClient } from '#test/support/apiClient.ts';

const SERVER = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

const target = { targetId: 'default' } as const;
const selection = { by: 'pattern', pattern: 'catalog:product:{id}' } as const;

test('a purge that would overload the source is refused at once; in stages it waits while the source suffers, and goes on', async () => {
  await using shop = await startTestDemo({ pageProgram: SERVER, sourceCapacityPerSecond: 150 });
  const { pageUrl } = shop.control;
  if (pageUrl === null) throw new Error('the page did not start');
  const api = apiClient(pageUrl);
  const planned = (method: { how: 'now' } | { how: 'staged' | 'spread'; overMs: number }) =>
    api.jobs.planPurge.mutate({ ...target, selection, method });

  // Once the shop is warm enough for what is gentle to fit.
  const plan = await vi.waitFor(
    async () => {
      const found = await planned({ how: 'staged', overMs: 600_000 });
      expect(found.load.peakExtra?.perSecond).toBeGreaterThan(0);
      expect(found.load.currentPerSecond).not.toBeNull();
      return found;
    },
    { timeout: 120_000, interval: 2_000 },
  );
  await expect(planned({ how: 'now' })).rejects.toThrow(/of which 80 % are safe/);
  await expect(planned({ how: 'spread', overMs: 600_000 })).resolves.toMatchObject({
    method: { how: 'spread' },
  });

  const job = await api.jobs.start.mutate({
    ...target,
    token: plan.token,
    typed: plan.confirmation.kind === 'typed' ? plan.confirmation.text : '',
    reason: 'a test',
  });
  const now = async () => {
    const found = await api.jobs.get.query({ ...target, jobId: job.id });
    if (found.kind !== 'purge') throw new Error('another job');
    return found;
  };
  await runIncident(shop.control, 'start', 'source-slow');
  await vi.waitFor(
    async () =>
      expect(await now()).toMatchObject({
        state: 'paused',
        pauseText: expect.stringMatching(/A load from the source takes|The source loads/),
      }),
    {
      timeout: 90_000,
      interval: 500,
    },
  );
  const { progress: before } = await now();
  await runIncident(shop.control, 'stop', 'source-slow');
  await vi.waitFor(
    async () => expect((await now()).progress.scannedCount).toBeGreaterThan(before.scannedCount),
    {
      timeout: 120_000,
      interval: 500,
    },
  );
  await api.jobs.cancel.mutate({ ...target, jobId: job.id });
  const ended = await vi.waitFor(async () => {
    const found = await now();
    expect(found.endedAtMs).not.toBeNull();
    return found;
  }, 10_000);
  expect(ended.state).toBe('cancelled');
  expect(ended.outcome).toContain('It waited');
  expect(await api.jobs.load.query({ ...target, jobId: job.id })).toMatchObject({ forecast: plan.load });
}, 400_000);

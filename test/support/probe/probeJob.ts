import { z } from 'zod';
import { isTerminal, type Job, type ProbeJob } from '#shared/acting/job.ts';
import type { ProbeScheduleId } from '#shared/probe/probeSchedule.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { apiClient } from '../apiClient.ts';
import { waitUntil } from '../redis/waitUntil.ts';
import type { TestRedis } from '../startRedis.ts';

const target = { targetId: DEFAULT_TARGET_ID };
const settingSchema = z.tuple([z.string(), z.string()]);

type Api = ReturnType<typeof apiClient>;

/** The setting that a probe changes and puts back, as Redis says it. */
export async function keyspaceEvents({ client }: Pick<TestRedis, 'client'>): Promise<string> {
  const [, value] = settingSchema.parse(await client.config('GET', 'notify-keyspace-events'));
  return value;
}

/** Plans and starts, as the page does. */
export async function startProbe(api: Api, schedule: ProbeScheduleId): Promise<ProbeJob> {
  const plan = await api.jobs.planProbe.mutate({ ...target, schedule });
  return probeOf(await api.jobs.start.mutate({ ...target, token: plan.token, typed: '', reason: '' }));
}

export async function probeNow(api: Api, jobId: string): Promise<ProbeJob> {
  return probeOf(await api.jobs.get.query({ ...target, jobId }));
}

/** Waits until it counts look-ups. */
export async function probeReads(api: Api, jobId: string): Promise<void> {
  await waitUntil('it reads', async () => (await probeNow(api, jobId)).progress.lookupCount > 0);
}

/** Waits for its end, and gives what became of it. */
export async function endedProbe(api: Api, jobId: string): Promise<ProbeJob> {
  let job = await probeNow(api, jobId);
  await waitUntil(
    'the probe has ended',
    async () => {
      job = await probeNow(api, jobId);
      return isTerminal(job.state);
    },
    60_000,
  );
  return job;
}

const MOST_TRIES = 5;

/**
 * Waits until one has run to its end, from the job `firstId` on where it is given. A probe stops by itself where PINGs take long, as
 * they do on a machine that is busy with other tests; then it is started again, as a person would.
 */
export async function completedProbe(
  api: Api,
  schedule: ProbeScheduleId,
  firstId: string | null = null,
): Promise<ProbeJob> {
  let end = await endedProbe(api, firstId ?? (await startProbe(api, schedule)).id);
  for (let tries = 1; tries < MOST_TRIES && /Redis has become slow/.test(end.outcome); tries += 1)
    end = await endedProbe(api, (await startProbe(api, schedule)).id);
  if (end.state !== 'completed') throw new Error(`The probe ${end.state}: ${end.outcome}`);
  return end;
}

function probeOf(job: Job): ProbeJob {
  if (job.kind !== 'probe') throw new Error(`a job of kind ${job.kind}`);
  return job;
}

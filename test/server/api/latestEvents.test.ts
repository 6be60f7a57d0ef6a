import { expect, it } from 'vitest';
import { openLatestEvents } from '#server/api/latestEvents.ts';
import type { LiveEvent } from '#server/api/liveEvent.ts';
import { approvalOf } from '#test/support/jobs/approvalOf.ts';
import { jobOf } from '#test/support/jobs/jobOf.ts';

function jobEvent(id: string, changedCount: number): LiveEvent {
  return { kind: 'job', job: jobOf(id, changedCount) };
}

it('keeps of each job only its last state for a page that does not read', async () => {
  const latest = openLatestEvents();
  for (let count = 0; count < 1_000; count += 1) {
    latest.push(jobEvent('a', count));
    latest.push(jobEvent('b', count));
  }
  const end = new AbortController();
  const seen: LiveEvent[] = [];
  for await (const event of latest.read(end.signal)) {
    seen.push(event);
    if (seen.length === 2) end.abort();
  }
  expect(seen).toEqual([jobEvent('a', 999), jobEvent('b', 999)]);
});

it('keeps an approval and a job apart, and of each approval its last state', async () => {
  const latest = openLatestEvents();
  const approved = { kind: 'approval', approval: approvalOf({ planId: 'a', state: 'approved' }) } as const;
  latest.push(jobEvent('a', 1));
  latest.push({ kind: 'approval', approval: approvalOf({ planId: 'a' }) });
  latest.push(approved);
  const events = latest.read(new AbortController().signal);
  expect([(await events.next()).value, (await events.next()).value]).toEqual([jobEvent('a', 1), approved]);
});

it('hands on what comes while a page waits, and ends when the page goes', async () => {
  const latest = openLatestEvents();
  const end = new AbortController();
  const events = latest.read(end.signal);
  const first = events.next();
  latest.push(jobEvent('a', 1));
  expect(await first).toEqual({ done: false, value: jobEvent('a', 1) });
  const last = events.next();
  end.abort();
  expect(await last).toEqual({ done: true, value: undefined });
});

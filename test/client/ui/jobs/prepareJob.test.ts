import { describe, expect, it } from 'vitest';
import { prepareJob } from '#client/ui/jobs/prepareJob.ts';
import { warmJob } from '#test/support/jobs/warmJob.ts';
import { planNowMs, purgeJob } from '../purgePlan.ts';

const plain = (text: string | null) => text?.replaceAll('\u202f', ' ') ?? null;
const running = purgeJob();

describe('prepareJob', () => {
  it('shows rate and time left while it runs', () => {
    const model = prepareJob(running, planNowMs + 5_000);
    expect(model.ratio).toBeCloseTo(10_000 / 48_210);
    expect(plain(model.pace)).toBe('2,000/s, about 19 s left');
    expect(model.isRunning).toBe(true);
  });

  it('does not take the slow first stages for the pace of all', () => {
    const staged = purgeJob({ method: { how: 'staged', overMs: 600_000 } });
    expect(plain(prepareJob(staged, planNowMs + 30_000).pace)).toBe('9 min 30 s left as planned');
    expect(prepareJob(staged, planNowMs + 600_001).pace).toBe('later than planned, since it waited');
  });

  it('gives no rate before there is progress', () => {
    const progress = { ...running.progress, changedCount: 0, skippedCount: 0 };
    expect(prepareJob(purgeJob({ progress }), planNowMs + 5_000).pace).toBe('started');
  });

  it('says what cancel keeps and what it cannot bring back', () => {
    expect(plain(prepareJob(running, planNowMs).cancelText)).toBe(
      'Cancel ends the job after the running batch: 9,000 already removed stay removed, about 38,210 are kept.',
    );
  });

  it.each(['cancelling', 'completed', 'cancelled', 'failed', 'unknown'] as const)(
    'offers no cancel once %s',
    (state) => {
      expect(prepareJob(purgeJob({ state }), planNowMs).cancelText).toBeNull();
    },
  );

  it.each([
    ['completed', 0, 'calm'],
    ['completed', 3, 'warning'],
    ['cancelled', 0, 'warning'],
    ['failed', 0, 'bad'],
    ['unknown', 0, 'bad'],
  ] as const)('%s with %d keys not known is %s', (state, unknownCount, tone) => {
    const job = purgeJob({
      state,
      progress: { ...running.progress, unknownCount },
      endedAtMs: planNowMs + 1,
    });
    expect(prepareJob(job, planNowMs).tone).toBe(tone);
  });

  it('counts the time to the end, not to now, when it has ended', () => {
    const job = purgeJob({ state: 'completed', endedAtMs: planNowMs + 24_000 });
    expect(plain(prepareJob(job, planNowMs + 900_000).pace)).toBe('took 24 s');
  });

  it('knows no share when nothing was planned', () => {
    const progress = { ...running.progress, plannedCount: 0, changedCount: 0, skippedCount: 0 };
    expect(prepareJob(purgeJob({ progress }), planNowMs).ratio).toBeNull();
  });

  it('gives no count of a purge by mark, but whether it is written and how many were told', () => {
    const {
      method: _method,
      undoUntilMs: _until,
      ...base
    } = purgeJob({ state: 'failed', endedAtMs: planNowMs });
    const progress = { mark: 'written', channelCount: 2, toldCount: 1 } as const;
    const model = prepareJob({ ...base, kind: 'mark', progress }, planNowMs);
    expect(model.figures).toEqual([
      { label: 'mark', value: 'written', isBad: false },
      { label: 'channels told', value: '1 of 2', isBad: true },
    ]);
    expect([model.ratio, model.undoText, model.cancelText]).toEqual([null, null, null]);
    const untold = prepareJob(
      { ...base, kind: 'mark', progress: { ...progress, channelCount: null } },
      planNowMs,
    );
    expect(untold.figures.map(({ label }) => label)).toEqual(['mark']);
  });

  it('of a warming tells how far which instance is, and how long it takes by what it did so far', () => {
    const job = warmJob({ startedAtMs: planNowMs });
    const model = prepareJob(job, planNowMs + 5_000);
    expect(model).toMatchObject({ ratio: 0.25, hold: 'pause' });
    expect(plain(model.pace)).toBe('20.0/s gone through, about 15 s left');
    expect(model.figures.map(({ label, value }) => `${label}: ${plain(value)}`)).toEqual([
      ...['rate at most: 50.0/s', 'entries: 400', 'gone through: 100', 'by: shop-1', 'at: stage 2 of 3'],
    ]);
    expect(model.cancelText).toContain('what is loaded stays');
    // It passed over what was fresh; the rest may not be.
    expect(plain(prepareJob(job, planNowMs + 1_000).pace)).toBe('100/s gone through, 3 s to 6 s left');
  });

  it('of a warming that waits, or was begun again, promises no end', () => {
    const job = warmJob({ startedAtMs: planNowMs });
    const again = { ...job, progress: { ...job.progress, startCount: 2 } };
    const paused = prepareJob({ ...again, state: 'paused' }, planNowMs);
    expect(paused.pace).toContain('passes over what is fresh');
    expect(paused.figures.map(({ label }) => label)).not.toContain('at');
    const model = prepareJob(again, planNowMs + 5_000);
    expect(model.pace).toBe('begun again');
    expect(model.figures.map(({ label }) => label)).toEqual([
      ...['rate at most', 'entries', 'gone through since begun again', 'by', 'at', 'times begun'],
    ]);
    const nobody = { ...job.progress, entryCount: 0, doneCount: 0, instance: null, stage: '' };
    expect(prepareJob({ ...job, progress: nobody }, planNowMs).figures).toMatchObject([
      {},
      { value: 'not counted yet' },
      { value: '0' },
      { value: 'nobody yet' },
    ]);
    expect(prepareJob({ ...job, state: 'cancelling' }, planNowMs).stateText).toBe('stopping');
  });
});

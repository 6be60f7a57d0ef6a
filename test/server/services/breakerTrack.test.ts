import { describe, expect, it } from 'vitest';
import { BreakerTrack } from '#server/services/breakerTrack.ts';
import { toldBreaker } from './told.ts';

const opened = { to: 'open', reason: 'slowCalls', count: 1 } as const;

describe('a breaker of our library', () => {
  it('is in its state since when it says, also before it was first read', () => {
    const track = new BreakerTrack(toldBreaker({ state: 'open', stateSinceMs: 4_000 }), 10_000);
    expect(track.reading()).toMatchObject({ state: 'open', sinceMs: 4_000, awaySinceMs: 4_000 });
    expect(track.drain()).toEqual([{ state: 'open', fromMs: 4_000, toMs: 10_000 }]);
  });

  it('that opens between two readings has its stretches meet where it says', () => {
    const track = new BreakerTrack(toldBreaker(), 10_000);
    const change = track.take(
      toldBreaker({ state: 'open', stateSinceMs: 12_000, transitions: [opened] }),
      15_000,
      true,
    );
    expect(change).toEqual({
      isStateNew: true,
      transitions: [{ ...opened, fromMs: 12_000, toMs: 12_000 }],
    });
    expect(track.drain()).toEqual([
      { state: 'closed', fromMs: 0, toMs: 12_000 },
      { state: 'open', fromMs: 12_000, toMs: 15_000 },
    ]);
  });

  it('is away since it left closed, however often it probes, and keeps the shares that opened it', () => {
    const track = new BreakerTrack(toldBreaker(), 10_000);
    const probing = { to: 'halfOpen', reason: 'timeToProbe', count: 1 } as const;
    const again = { to: 'open', reason: 'probeFailed', count: 1 } as const;
    track.take(
      toldBreaker({ state: 'open', stateSinceMs: 12_000, transitions: [opened], failureRatio: 0.9 }),
      15_000,
      true,
    );
    track.take(
      toldBreaker({
        state: 'halfOpen',
        stateSinceMs: 19_000,
        transitions: [opened, probing],
        failureRatio: null,
      }),
      20_000,
      true,
    );
    expect(track.reading()).toMatchObject({
      ...{ state: 'halfOpen', sinceMs: 19_000, awaySinceMs: 12_000, failureRatio: null },
      openedBy: { failureRatio: 0.9, slowCallRatio: 0 },
    });
    track.take(
      toldBreaker({ state: 'open', stateSinceMs: 21_000, transitions: [opened, probing, again] }),
      25_000,
      true,
    );
    expect(track.reading()).toMatchObject({ state: 'open', sinceMs: 21_000, awaySinceMs: 12_000 });
    const closed = { to: 'closed', reason: 'probesSucceeded', count: 1 } as const;
    track.take(
      toldBreaker({ stateSinceMs: 28_000, transitions: [opened, probing, again, closed] }),
      30_000,
      true,
    );
    expect(track.reading()).toMatchObject({ state: 'closed', awaySinceMs: null, openedBy: null });
  });

  it('that opened and closed between two readings tells both, and when it can have been', () => {
    const track = new BreakerTrack(toldBreaker(), 10_000);
    const { transitions } = track.take(
      toldBreaker({
        stateSinceMs: 14_000,
        transitions: [opened, { to: 'closed', reason: 'probesSucceeded', count: 1 }],
      }),
      15_000,
      true,
    );
    expect(transitions).toEqual([
      { to: 'closed', reason: 'probesSucceeded', count: 1, fromMs: 14_000, toMs: 14_000 },
      { ...opened, fromMs: 10_000, toMs: 14_000 },
    ]);
    expect(track.drain()).toEqual([
      { state: 'closed', fromMs: 0, toMs: 10_000 },
      { state: 'open', fromMs: 10_000, toMs: 14_000 },
      { state: 'closed', fromMs: 14_000, toMs: 15_000 },
    ]);
  });

  it('that probes again after an opening which nobody read was open until it probes', () => {
    const track = new BreakerTrack(toldBreaker(), 10_000);
    track.take(
      toldBreaker({
        state: 'halfOpen',
        stateSinceMs: 13_000,
        transitions: [opened, { to: 'halfOpen', reason: 'timeToProbe', count: 1 }],
      }),
      15_000,
      true,
    );
    expect(track.drain().map(({ state, toMs }) => [state, toMs])).toEqual([
      ['closed', 10_000],
      ['open', 13_000],
      ['halfOpen', 15_000],
    ]);
  });

  it('that probed for a moment between two readings probed before it was open again', () => {
    const [probed, failed] = [
      { to: 'halfOpen', reason: 'timeToProbe', count: 1 },
      { to: 'open', reason: 'probeFailed', count: 1 },
    ] as const;
    const open = { state: 'open', stateSinceMs: 4_000, transitions: [opened] } as const;
    const track = new BreakerTrack(toldBreaker(open), 10_000);
    track.take(
      toldBreaker({ ...open, stateSinceMs: 12_400, transitions: [opened, probed, failed] }),
      15_000,
      true,
    );
    expect(track.reading().transitions).toEqual([
      { ...failed, fromMs: 12_400, toMs: 12_400 },
      { ...probed, fromMs: 10_000, toMs: 12_400 },
    ]);
  });

  it('that did all it can between two readings tells each stay after the one before it', () => {
    const track = new BreakerTrack(toldBreaker(), 10_000);
    const { transitions } = track.take(
      toldBreaker({
        state: 'halfOpen',
        stateSinceMs: 14_000,
        transitions: [
          { to: 'halfOpen', reason: 'timeToProbe', count: 2 },
          opened,
          { to: 'open', reason: 'probeFailed', count: 1 },
        ],
      }),
      15_000,
      true,
    );
    expect(transitions.map(({ to, reason, toMs }) => [to, reason, toMs])).toEqual([
      ['halfOpen', 'timeToProbe', 14_000],
      ['open', 'probeFailed', 14_000],
      ['open', 'slowCalls', 14_000],
    ]);
  });

  it('of a process that began anew has done nothing', () => {
    const track = new BreakerTrack(toldBreaker({ transitions: [{ ...opened, count: 5 }] }), 10_000);
    const { transitions } = track.take(
      toldBreaker({ stateSinceMs: 14_000, transitions: [opened] }),
      15_000,
      false,
    );
    expect(transitions).toEqual([]);
  });
});

describe('a breaker of others', () => {
  const foreign = (state: 'closed' | 'open') =>
    toldBreaker({ source: 'resilience4j', state, stateSinceMs: null, transitions: null });

  it('is in its state since nobody knows when, until it is seen to change', () => {
    const track = new BreakerTrack(foreign('closed'), 10_000);
    expect(track.reading()).toMatchObject({ state: 'closed', sinceMs: null });
    const { transitions } = track.take(foreign('open'), 15_000, true);
    expect(transitions).toEqual([{ to: 'open', reason: null, count: 1, fromMs: 10_000, toMs: 15_000 }]);
    expect(track.reading()).toMatchObject({ state: 'open', sinceMs: 15_000, awaySinceMs: 15_000 });
  });

  it('that was not read for a while has a gap', () => {
    const track = new BreakerTrack(foreign('closed'), 10_000);
    track.take(foreign('closed'), 15_000, true);
    track.take(foreign('closed'), 60_000, true);
    expect(track.drain()).toEqual([
      { state: 'closed', fromMs: 10_000, toMs: 15_000 },
      { state: 'closed', fromMs: 60_000, toMs: 60_000 },
    ]);
  });

  it('whose state is not told says why', () => {
    const track = new BreakerTrack(
      toldBreaker({ source: 'mollitia', state: null, stateSinceMs: null, transitions: null }),
      10_000,
    );
    expect(track.reading().whyUnknown).toContain('contradict');
    expect(track.drain()).toEqual([]);
  });
});

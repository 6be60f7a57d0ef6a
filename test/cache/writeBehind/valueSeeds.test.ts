import { describe, expect, it } from 'vitest';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { benchForFile } from './benchForFile.ts';
import { openProfiles, own, type ProfileChange, Shelf } from './startProfiles.ts';

const IDS = ['1', '2'];

const bench = benchForFile(4);

interface Write {
  readonly id: string;
  readonly value: string;
  /** In steps of the interleaving. */
  readonly beganAt: number;
  readonly endedAt: number;
}

/** Ids of direct writes and of queued ones are in order between milliseconds, not within one. */
function endMillisecond(): void {
  for (const ms = Date.now(); Date.now() === ms; );
}

function openInstance(interleaving: Interleaving, shelf: Shelf, index: number) {
  const client = bench.services[index];
  if (client === undefined) throw new Error('no client');
  const name = `i${index}`;
  const state = { isCrashed: false, isCut: false };
  const step = (label: string) => interleaving.step(`${name} ${label}`);
  const profiles = openProfiles(interleaving.wrap(client, name), {
    ...{ shelf, commandTimeoutMs: 60_000, random: () => interleaving.random() },
    breaker: { slowCallMs: 60_000 },
    pause: () => step('pause'),
    flush: async (changes: readonly ProfileChange[]) => {
      await step('flush begins');
      if (state.isCrashed) throw new Error('crashed');
      if (changes.some(({ isDirect }) => isDirect)) endMillisecond();
      await shelf.apply(changes);
      await step('flush ends');
    },
    load: async (id: string) => {
      await step('load begins');
      const value = shelf.values.get(id);
      await step('load ends');
      return value;
    },
  });
  const toggleCut = () => {
    state.isCut = !state.isCut;
    profiles.core.breaker.force(state.isCut ? 'open' : null);
  };
  return { ...profiles, state, toggleCut };
}

function openWorld(interleaving: Interleaving) {
  const shelf = new Shelf();
  const instances = [0, 1, 2].map((index) => openInstance(interleaving, shelf, index));
  const writes: Write[] = [];
  const ends = new Set<string>();
  const states = new Set<string>();
  const pickId = () => IDS[Math.floor(interleaving.random() * IDS.length)] ?? '1';

  async function act(index: number, name: string): Promise<void> {
    const instance = instances[index];
    if (instance === undefined) return;
    for (let count = 0; count < 4 && !instance.state.isCrashed; count += 1) {
      const id = pickId();
      const kind = interleaving.random();
      if (kind < 0.45) {
        const value = `${name}${count}`;
        const beganAt = interleaving.trace.length;
        const result = await instance.write(id, value).catch(() => null);
        states.add(result?.state ?? 'failed');
        if (result !== null) writes.push({ id, value, beganAt, endedAt: interleaving.trace.length });
      } else if (kind < 0.75) await instance.get(id).catch(() => {});
      else ends.add(await instance.store.outflow.flusher.run());
    }
  }

  async function happen(): Promise<void> {
    const [client] = bench.services.slice(3);
    const [first, second] = instances;
    if (client === undefined || first === undefined || second === undefined) return;
    const admin = interleaving.wrap(client, 'admin');
    for (let count = 0; count < 6; count += 1) {
      await interleaving.step('wait');
      const kind = interleaving.random();
      if (kind < 0.4) await admin.del(`shop:profile:${pickId()}`);
      else if (kind < 0.6) await admin.del(own('lease'));
      else if (kind < 0.7) shelf.isDown = !shelf.isDown;
      else if (kind < 0.85) first.toggleCut();
      else if (kind < 0.92) {
        second.state.isCrashed = true;
        second.core.transport.close();
      }
    }
  }

  /** All is well again, and what waits gets through. */
  async function settle(): Promise<void> {
    shelf.isDown = false;
    await bench.redis.client.del(own('lease'));
    for (const { state, core, store, toggleCut } of living()) {
      if (state.isCut) toggleCut();
      await interleaving.runUntilSettled([store.outflow.corrections.run()]);
      await interleaving.runUntilSettled([core.retries.run()]);
    }
    const [heir] = living().slice(-1);
    const [end] = await interleaving.runUntilSettled([heir?.store.outflow.flusher.run()]);
    expect(end).toBe('empty');
  }

  const living = () => instances.filter(({ state }) => !state.isCrashed);
  return { shelf, instances, writes, ends, states, act, happen, settle, living };
}

describe('values under seeded orders of events', () => {
  it(
    'end with the last write in the source, and are read as the source has them',
    async () => {
      let repeatedCount = 0;
      const ends = new Set<string>();
      const states = new Set<string>();
      await runSeeds(200, async (interleaving) => {
        await bench.redis.client.flushall();
        const world = openWorld(interleaving);
        const { shelf, writes } = world;
        await interleaving.runUntilSettled([
          ...[0, 0, 1, 1, 2, 2].map((instance, index) => world.act(instance, `w${index}-`)),
          world.happen(),
        ]);
        await world.settle();
        for (const id of IDS) {
          const source = shelf.values.get(id);
          const last = writes.find(({ value }) => value === source);
          const later = writes.filter((one) => one.id === id && one.beganAt >= (last?.endedAt ?? Infinity));
          expect(later, `writes after ${source}, which is what the source has`).toEqual([]);
          if (writes.some((one) => one.id === id)) expect(source).toBeDefined();
          for (const { get } of world.living()) {
            const [value] = await interleaving.runUntilSettled([get(id)]);
            expect(value, `read of ${id}`).toBe(source);
          }
        }
        repeatedCount += shelf.delivered.length - new Set(shelf.delivered.map(({ id }) => id)).size;
        for (const one of world.ends) ends.add(one);
        for (const one of world.states) states.add(one);
        await interleaving.close();
        await Promise.all(world.instances.map(({ core }) => core.close()));
      });
      // A claim about what never came to pass is empty.
      if (Number(process.env.SEEDS ?? 200) < 200) return;
      expect([...ends]).toEqual(expect.arrayContaining(['away', 'busy', 'empty', 'stuck']));
      expect([...states]).toEqual(expect.arrayContaining(['direct', 'failed', 'queued']));
      expect(repeatedCount).toBeGreaterThan(0);
    },
    seededTest.timeout,
  );
});

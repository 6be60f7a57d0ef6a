import { describe, expect, it } from 'vitest';
import type { Delivery, EventBus, Subscriber, Subscription, Verdict } from '#cache/eventBus/eventBus.ts';
import type { EventEnvelope } from '#shared/control/eventEnvelope.ts';
import { until } from './until.ts';

export interface OpenedBus extends AsyncDisposable {
  readonly bus: EventBus;
  /** Drops what is above `maxLength` now, where the bus does so only from time to time. */
  trim(): Promise<void>;
}

interface Listener extends AsyncDisposable {
  readonly subscription: Subscription;
  /** Of each envelope that was handled, in order. */
  readonly ids: string[];
  readonly batches: (readonly Delivery[])[];
  readonly lost: number[];
  readonly dead: string[];
  verdictOf: (delivery: Delivery) => Verdict | Promise<Verdict>;
}

const envelope = (id: string): EventEnvelope => ({
  ...{ v: 1, id, event: 'product.updated', source: 'catalog', instance: 'c1', seq: null, atMs: 1 },
  payloadJson: '{"id":42}',
});

function listen(bus: EventBus, name: { service?: string; instance?: string } = {}): Listener {
  const { service = 'shop', instance = 'i1' } = name;
  const listener: Omit<Listener, 'subscription' | typeof Symbol.asyncDispose> = {
    ids: [],
    batches: [],
    lost: [],
    dead: [],
    verdictOf: () => ({ state: 'done' }),
  };
  const subscriber: Subscriber = {
    service,
    instance,
    handle: async (deliveries) => {
      listener.batches.push(deliveries);
      listener.ids.push(...deliveries.map((delivery) => delivery.envelope?.id ?? ''));
      return Promise.all(deliveries.map((delivery) => opened.verdictOf(delivery)));
    },
    lost: (count) => void listener.lost.push(count),
    deadLettered: (dead) => void listener.dead.push(dead?.id ?? ''),
    failed: () => {},
  };
  const subscription = bus.subscribe(subscriber);
  let isClosed = false;
  const opened: Listener = {
    ...listener,
    subscription: {
      ...subscription,
      snapshot: () => subscription.snapshot(),
      close: async () => {
        isClosed = true;
        await subscription.close();
      },
    },
    [Symbol.asyncDispose]: async () => {
      if (!isClosed) await subscription.close();
    },
  };
  return opened;
}

const idle = { undeliveredCount: 0, pendingCount: 0, lostCount: 0, deadLetterCount: 0 };

async function untilIdle({ subscription }: Listener): Promise<void> {
  await until(async () =>
    expect(await subscription.snapshot()).toMatchObject({ undeliveredCount: 0, pendingCount: 0 }),
  );
}

async function untilJoined(listener: Listener): Promise<void> {
  await until(async () => expect(await listener.subscription.snapshot()).not.toBeNull());
}

/** What every bus promises. `open` gives a new and empty one, that keeps so many events for who is down. */
export function describeEventBus(name: string, open: (maxLength: number) => Promise<OpenedBus>): void {
  describe(`${name} as an event bus`, () => {
    it('gives each event, with its place and payload, to each service once', async () => {
      await using opened = await open(100);
      await using shop = listen(opened.bus);
      await using mail = listen(opened.bus, { service: 'mail' });
      await untilJoined(shop);
      await untilJoined(mail);
      expect(await opened.bus.publish(envelope('a'))).toMatchObject({ isDone: true });
      expect(await opened.bus.publish(envelope('b'))).toMatchObject({ isDone: true });
      await until(() =>
        expect([shop.ids, mail.ids]).toEqual([
          ['a', 'b'],
          ['a', 'b'],
        ]),
      );
      expect(shop.batches.flat().map((delivery) => delivery.envelope)).toEqual([
        { ...envelope('a'), seq: 1 },
        { ...envelope('b'), seq: 2 },
      ]);
      await untilIdle(shop);
      expect(await shop.subscription.snapshot()).toEqual(idle);
    });

    it('lets the instances of one service share the work', async () => {
      await using opened = await open(100);
      await using first = listen(opened.bus);
      await using second = listen(opened.bus, { instance: 'i2' });
      await untilJoined(first);
      await untilJoined(second);
      let release: (verdict: Verdict) => void = () => {};
      const held = new Promise<Verdict>((resolve) => {
        release = resolve;
      });
      first.verdictOf = () => held;
      second.verdictOf = () => held;
      await opened.bus.publish(envelope('a'));
      await until(() => expect([...first.ids, ...second.ids]).toEqual(['a']));
      await opened.bus.publish(envelope('b'));
      // The one that is busy does not hold up the other.
      await until(() => expect([first.ids.length, second.ids.length]).toEqual([1, 1]));
      release({ state: 'done' });
      await untilIdle(first);
      expect([...first.ids, ...second.ids].sort()).toEqual(['a', 'b']);
    });

    it('ends nobody else when a subscription is closed twice', async () => {
      await using opened = await open(100);
      await using other = listen(opened.bus);
      await using closed = listen(opened.bus, { instance: 'i2' });
      await untilJoined(other);
      await untilJoined(closed);
      await closed.subscription.close();
      await closed.subscription.close();
      await opened.bus.publish(envelope('a'));
      await until(() => expect(other.ids).toEqual(['a']));
    });

    it('keeps what is published while a service is down, and gives it after the return', async () => {
      await using opened = await open(100);
      const before = listen(opened.bus);
      await untilJoined(before);
      await before.subscription.close();
      for (const id of ['a', 'b', 'c']) await opened.bus.publish(envelope(id));
      await using after = listen(opened.bus, { instance: 'i2' });
      await until(() => expect(after.ids).toEqual(['a', 'b', 'c']));
      expect(before.ids).toEqual([]);
    });

    it('gives nothing of the past to a service that subscribes for the first time', async () => {
      await using opened = await open(100);
      await opened.bus.publish(envelope('a'));
      await using shop = listen(opened.bus);
      await untilJoined(shop);
      await opened.bus.publish(envelope('b'));
      await until(() => expect(shop.ids).toEqual(['b']));
      await untilIdle(shop);
      expect(await shop.subscription.snapshot()).toEqual(idle);
    });

    it('delivers again what is not done yet, without holding up the rest', async () => {
      await using opened = await open(100);
      await using shop = listen(opened.bus);
      await untilJoined(shop);
      shop.verdictOf = (delivery) => ({
        state: delivery.envelope?.id === 'a' && delivery.deliveryCount < 3 ? 'later' : 'done',
      });
      for (const id of ['a', 'b']) await opened.bus.publish(envelope(id));
      await until(() => expect(shop.ids.filter((id) => id === 'a')).toHaveLength(3));
      expect(shop.ids.filter((id) => id === 'b')).toHaveLength(1);
      await untilIdle(shop);
      expect(shop.dead).toEqual([]);
    });

    it('puts aside what fails again and again, without holding up the rest', async () => {
      await using opened = await open(100);
      await using shop = listen(opened.bus);
      await untilJoined(shop);
      shop.verdictOf = (delivery) =>
        delivery.envelope?.id === 'a' ? { state: 'failed', reason: 'a fault' } : { state: 'done' };
      await opened.bus.publish(envelope('a'));
      await until(() => expect(shop.ids).toContain('a'));
      await opened.bus.publish(envelope('b'));
      await until(() => expect(shop.dead).toEqual(['a']));
      expect(shop.ids.filter((id) => id === 'a')).toHaveLength(5);
      expect(shop.ids.filter((id) => id === 'b')).toHaveLength(1);
      await untilIdle(shop);
      expect(await shop.subscription.snapshot()).toEqual({ ...idle, deadLetterCount: 1 });
    });

    it('tells once how many events were dropped before the service could read them', async () => {
      await using opened = await open(2);
      const before = listen(opened.bus);
      await untilJoined(before);
      await before.subscription.close();
      for (const id of ['a', 'b', 'c', 'd', 'e']) await opened.bus.publish(envelope(id));
      await opened.trim();
      await using after = listen(opened.bus);
      await until(() => expect(after.ids).toEqual(['d', 'e']));
      await until(() => expect(after.lost).toEqual([3]));
      await opened.bus.publish(envelope('f'));
      await until(() => expect(after.ids).toContain('f'));
      await untilIdle(after);
      expect(after.lost).toEqual([3]);
      expect(await after.subscription.snapshot()).toEqual({ ...idle, lostCount: 3 });
    });

    it('ends within the batch under way, and gives the rest to who comes next', async () => {
      await using opened = await open(100);
      const before = listen(opened.bus);
      await untilJoined(before);
      let release: (verdict: Verdict) => void = () => {};
      before.verdictOf = () =>
        new Promise((resolve) => {
          release = resolve;
        });
      await opened.bus.publish(envelope('a'));
      await until(() => expect(before.ids).toEqual(['a']));
      await opened.bus.publish(envelope('b'));
      const closed = before.subscription.close();
      release({ state: 'done' });
      await closed;
      await using after = listen(opened.bus, { instance: 'i2' });
      await until(() => expect(after.ids).toEqual(['b']));
      expect(before.ids).toEqual(['a']);
    });
  });
}

import type { InfoSection } from '#shared/snapshot.ts';
import { deriveNodeFacts } from './deriveNodeFacts.ts';
import type { NodeInterval } from './deriveRates.ts';
import { infoFields, infoNumber, infoParts } from './parseInfo.ts';
import type { InfoReading } from './readInfo.ts';

/** What happened to a node, in words that fit beside a line in a chart: what it is comes first. */
export interface NodeEvent {
  readonly kind: 'restart' | 'failover' | 'emptied' | 'note';
  readonly text: string;
  /** A purge of ours takes keys away too; what was flushed, nobody here did. */
  readonly mayBePurge: boolean;
}

export interface NodeReadings {
  readonly previous: InfoReading;
  readonly current: InfoReading;
  /** As `deriveRates` found it. */
  readonly kind: NodeInterval['kind'];
}

/** Keys that must have been there, and the share that may be left, for a fall to be called an emptying. Ours. */
const LEAST_KEYS = 100;
const LEFT_RATIO = 0.1;
/** With a flush as the known cause less will do: services refill hot keys within one reading. Ours. */
const LEFT_OF_FLUSH_RATIO = 0.5;
/** What Redis writes in place of a second replication id that it does not have. */
const NO_REPLID = /^0*$/;

/**
 * Restarts, failovers and emptyings between two readings of one address, oldest cause first; empty when nothing happened. A
 * failover shows as a change of `role` or of the master that a replica follows, or as another process that ran before and
 * shares its replication history (redis.io/docs/latest/operate/oss_and_stack/management/replication, "Replication ID explained").
 * FLUSHALL and FLUSHDB are told by INFO commandstats, also on replicas, which run them too. Pure; costs Redis nothing.
 */
export function deriveNodeEvents({ previous, current, kind }: NodeReadings): readonly NodeEvent[] {
  if (kind === 'first') return [];
  const before = readFacts(previous.sections);
  const now = readFacts(current.sections);
  const failover = failoverText(before, now, kind);
  return [
    ...processEvents(before, now, kind),
    ...(failover === null ? [] : [event('failover', failover)]),
    ...(kind === 'restart' || kind === 'exchanged' ? [] : emptyings(before, now)),
  ];
}

interface Facts {
  readonly keyCount: number | null;
  readonly isLoading: boolean;
  readonly role: string;
  /** `host:port` that a replica follows; null = none, or not said. */
  readonly master: string | null;
  readonly replids: readonly string[];
  /** Calls of FLUSHALL and FLUSHDB; null = this server has no commandstats. */
  readonly flushCalls: Readonly<Record<'FLUSHALL' | 'FLUSHDB', number>> | null;
}

function readFacts(sections: readonly InfoSection[]): Facts {
  const fields = infoFields(sections);
  const { keyCount, isLoading, role } = deriveNodeFacts(sections);
  const host = fields.get('master_host');
  const calls = (name: string): number => infoNumber(infoParts(fields, `cmdstat_${name}`), 'calls') ?? 0;
  const hasStats = fields.has('cmdstat_info') || fields.has('cmdstat_ping');
  return {
    ...{ keyCount, isLoading, role },
    master: host === undefined ? null : `${host}:${fields.get('master_port') ?? '?'}`,
    replids: [fields.get('master_replid') ?? '', fields.get('master_replid2') ?? ''].filter(
      (id) => !NO_REPLID.test(id),
    ),
    flushCalls: hasStats ? { FLUSHALL: calls('flushall'), FLUSHDB: calls('flushdb') } : null,
  };
}

function processEvents(before: Facts, now: Facts, kind: NodeInterval['kind']): readonly NodeEvent[] {
  const keys = now.isLoading ? '; it loads its data' : keysText(before, now);
  if (kind === 'counterReset') return [event('note', 'Redis counters were reset (CONFIG RESETSTAT)')];
  if (kind === 'restart') return [event('restart', `Redis restarted${keys}`)];
  if (kind === 'exchanged' && !isOfOneHistory(before, now)) {
    return [event('restart', `Another Redis answers at this address, no replica of the one before${keys}`)];
  }
  return [];
}

function isOfOneHistory(before: Facts, now: Facts): boolean {
  return now.replids.some((id) => before.replids.includes(id));
}

function failoverText(before: Facts, now: Facts, kind: NodeInterval['kind']): string | null {
  const isReplica = now.role === 'slave';
  if (kind === 'exchanged' && isOfOneHistory(before, now)) {
    return 'Failover: another node answers at this address; it shares the data of the one before';
  }
  if (kind === 'exchanged' || before.role === '' || now.role === '') return null;
  if (isReplica && now.master !== null && (before.role !== now.role || before.master !== now.master)) {
    return `Failover: ${now.master} became master; this node is its replica now`;
  }
  if (before.role === 'slave' && now.role === 'master') {
    return `Failover: this node became master${before.master === null ? '' : `; before it was ${before.master}`}`;
  }
  return null;
}

function emptyings(before: Facts, now: Facts): readonly NodeEvent[] {
  const { keyCount: was } = before;
  const { keyCount: is } = now;
  if (was === null || is === null || was === 0 || now.isLoading) return [];
  const flush = flushOf(before, now);
  if (flush !== null) {
    return is < was * LEFT_OF_FLUSH_RATIO
      ? [event('emptied', `Redis was emptied by ${flush}${keysText(before, now)}`)]
      : [event('note', `${flush} was called${keysText(before, now)}`)];
  }
  if (was < LEAST_KEYS || is >= was * LEFT_RATIO) return [];
  return [
    { ...event('emptied', `Redis lost nearly all of its keys${keysText(before, now)}`), mayBePurge: true },
  ];
}

function flushOf({ flushCalls: before }: Facts, { flushCalls: now }: Facts): string | null {
  if (before === null || now === null) return null;
  if (now.FLUSHALL > before.FLUSHALL) return 'FLUSHALL';
  return now.FLUSHDB > before.FLUSHDB ? 'FLUSHDB' : null;
}

function keysText({ keyCount: was }: Facts, { keyCount: is }: Facts): string {
  if (was === null || is === null) return '';
  return `; ${was.toLocaleString('en')} keys before, ${is.toLocaleString('en')} after`;
}

function event(kind: NodeEvent['kind'], text: string): NodeEvent {
  return { kind, text, mayBePurge: false };
}

import { printable } from '#shared/export/printable.ts';
import type { AnnouncementsState } from '#shared/services/announcementsState.ts';
import { harmRank } from '#shared/services/breakerState.ts';
import { type FleetSummary, summariseFleet } from '#shared/services/fleetSummary.ts';
import {
  type BreakerReading,
  breakerSourceWords,
  type ServiceInstance,
} from '#shared/services/serviceInstance.ts';
import type { ConnectionState } from '#shared/snapshot.ts';
import { instant } from '../jobs/jobText.ts';
import { duration, percent, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';
import { announcementsText } from './announcementsText.ts';

/** What a server knows of the breakers. */
export interface KnownBreakers {
  readonly instances: readonly ServiceInstance[];
  readonly connection: Pick<ConnectionState, 'state' | 'sinceMs'>;
  readonly announcements: AnnouncementsState;
  readonly nowMs: number;
}

/** How many keep calls back and what these die of, above a line for each, the worst first. */
export function breakersText({ instances, connection, announcements, nowMs }: KnownBreakers): string {
  const parts = [
    connection.state === 'unreachable'
      ? `Redis does not answer since ${instant(connection.sinceMs)}; instances are read over HTTP, as far as their addresses were known.`
      : '',
    announcementsText(announcements),
    summaryText(summariseFleet(instances)),
    listText(instances, nowMs),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function summaryText({ breakerCount, awayCount, sinceMs, cause }: FleetSummary): string {
  if (breakerCount === 0) return '';
  if (awayCount === 0) return `None of ${breakerCount} breakers keeps calls from Redis.`;
  const since = sinceMs === null ? '' : ` since ${instant(sinceMs)}`;
  return `${awayCount} of ${breakerCount} breakers keep calls from Redis${since}. ${cause}`.trimEnd();
}

interface Row {
  readonly instance: Pick<ServiceInstance, 'service' | 'instance' | 'silentSinceMs' | 'readAtMs' | 'way'>;
  readonly breaker: BreakerReading;
  readonly nowMs: number;
}

function listText(instances: readonly ServiceInstance[], nowMs: number): string {
  const rows = instances.flatMap((instance) =>
    instance.breakers.map((breaker): Row => ({ instance, breaker, nowMs })),
  );
  if (rows.length > 0) return textTable(columns, rows.toSorted(byHarm));
  return instances.length > 0
    ? 'No instance tells of a breaker.'
    : 'No service is known that tells of its breakers (docs/guides/resilience.md says which do).';
}

/** What is silent may be anything by now: it comes after what is known to be open, and before what is closed. */
function byHarm(one: Row, other: Row): number {
  return rankOf(one) - rankOf(other) || (one.breaker.sinceMs ?? 0) - (other.breaker.sinceMs ?? 0);
}

function rankOf({ instance, breaker: { state } }: Row): number {
  return state === null || instance.silentSinceMs !== null ? harmRank('disabled') : harmRank(state);
}

const columns: readonly TextColumn<Row>[] = [
  { title: 'service', align: 'left', text: ({ instance }) => nameOf(instance.service) },
  { title: 'instance', align: 'left', text: ({ instance }) => nameOf(instance.instance) },
  {
    title: 'breaker',
    align: 'left',
    text: ({ breaker: { name, source } }) => `${nameOf(name)} (${breakerSourceWords[source]})`,
  },
  { title: 'state', align: 'left', text: stateText },
  {
    title: 'since',
    align: 'left',
    text: ({ breaker }) => momentText(breaker.awaySinceMs ?? breaker.sinceMs),
  },
  { title: 'failed', align: 'right', text: ({ breaker }) => shareText(breaker, 'failureRatio') },
  { title: 'slow', align: 'right', text: ({ breaker }) => shareText(breaker, 'slowCallRatio') },
  { title: 'read', align: 'left', text: readText },
];

function nameOf(name: string | null): string {
  return name === null || name === '' ? UNKNOWN : printable(name);
}

function stateText({ instance: { silentSinceMs }, breaker: { state } }: Row): string {
  if (state === null) return 'not known';
  return silentSinceMs === null ? state : `silent, was ${state}`;
}

function momentText(atMs: number | null): string {
  return atMs === null ? UNKNOWN : instant(atMs);
}

/** Of the calls that opened it, while it is open. */
function shareText(breaker: BreakerReading, share: 'failureRatio' | 'slowCallRatio'): string {
  const ratio = (breaker.openedBy ?? breaker)[share];
  return ratio === null ? UNKNOWN : percent(ratio);
}

function readText({ instance: { way, readAtMs }, nowMs }: Row): string {
  return `${duration(Math.max(0, nowMs - readAtMs))} ago, ${way}`;
}

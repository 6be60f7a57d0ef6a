import type { LiveState } from '#client/lib/deriveLiveState.ts';
import { formatClock } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';

type Status = RouterOutputs['status']['get'];

export interface Banner {
  readonly id: string;
  readonly severity: 'critical' | 'warning' | 'note';
  readonly title: string;
  readonly detail: string;
  /** When what is shown was read; its age ticks beside the words. Null where it does not matter. */
  readonly lastReadAtMs: number | null;
}

/** What a viewer must know before any number, worst first. */
export function prepareBanners(status: Status | undefined, live: LiveState): readonly Banner[] {
  const banners: Banner[] = [];
  if (live === 'gone') banners.push(serverGone(status));
  if (status === undefined) return banners;
  const connection = connectionBanner(status.connection);
  if (connection !== null) banners.push(connection);
  if (status.history.state === 'stopped') {
    banners.push({
      id: 'history',
      severity: 'warning',
      title: 'History is not recorded; charts have a gap from now on.',
      detail: status.history.detail,
      lastReadAtMs: null,
    });
  }
  return banners;
}

function serverGone(status: Status | undefined): Banner {
  return {
    id: 'server',
    severity: 'critical',
    title: 'The Cachescope server does not answer. Retrying by itself.',
    detail: 'This says nothing about Redis or the services.',
    lastReadAtMs: status?.connection.lastReadAtMs ?? null,
  };
}

function connectionBanner({ state, sinceMs, detail, lastReadAtMs }: Status['connection']): Banner | null {
  switch (state) {
    case 'connected':
      return null;
    case 'connecting':
      return { id: 'redis', severity: 'note', title: 'Connecting to Redis.', detail, lastReadAtMs: null };
    case 'degraded':
      return {
        id: 'redis',
        severity: 'warning',
        title: `Redis does not answer everything since ${formatClock(sinceMs)}.`,
        detail,
        lastReadAtMs: null,
      };
    case 'unreachable':
      return {
        id: 'redis',
        severity: 'critical',
        title: `Redis does not answer since ${formatClock(sinceMs)}. Retrying by itself.`,
        detail,
        lastReadAtMs,
      };
    default:
      return state satisfies never;
  }
}

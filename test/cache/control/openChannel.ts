import type { Cluster, Redis } from 'ioredis';
import { vi } from 'vitest';
import { CacheError } from '#cache/cacheError.ts';
import { ControlChannel, type ControlOptions } from '#cache/control/controlChannel.ts';
import { openUngatedTransport } from '#cache/control/ungatedTransport.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { RedisTransport } from '#cache/store/redisTransport.ts';
import type { VerifyAnswer } from '#cache/verify/verifier.ts';
import type { WarmCallOptions } from '#cache/warm/warmers.ts';
import type { WarmReport } from '#cache/warm/warmReport.ts';
import { signCommand } from '#shared/control/commandSignature.ts';
import { answersKey, type ControlAnswer, parseAnswer } from '#shared/control/controlAnswer.ts';
import { type CommandMessage, type ControlCommand, commandsKey } from '#shared/control/controlCommand.ts';
import type { InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';

export interface OpenedChannel {
  readonly channel: ControlChannel;
  readonly events: CacheEvents;
  readonly warm: ReturnType<typeof vi.fn<(name: string, options?: WarmCallOptions) => Promise<WarmReport>>>;
  readonly forceBreaker: ReturnType<typeof vi.fn<(to: 'open' | 'closed' | null) => void>>;
  readonly verifyKey: ReturnType<typeof vi.fn<(key: string) => Promise<VerifyAnswer>>>;
  readonly cancelWarm: ReturnType<typeof vi.fn<(name: string) => boolean>>;
}

export const completed: WarmReport = {
  ...{ state: 'completed', trigger: 'demand', durationMs: 5, reason: '3 entries' },
  ...{ plannedCount: 3, loadedCount: 2, freshCount: 1, failedCount: 0, skippedCount: 0 },
};

const somePreview: WarmPreview = {
  ...{ entryCount: 3, isCut: false, patterns: [{ pattern: 'shop:product:{id}', count: 3 }] },
  ...{ sampledCount: 3, freshCount: 1, perSecond: 50, concurrency: 4, stages: [0.5, 1], jitterRatio: 0 },
};

export const someSnapshot: InstanceSnapshot = {
  ...{ v: 1, service: 'shop', instance: 'a', version: '1.0', startedAtMs: 1, atMs: 2, everyMs: 5_000 },
  ...{ patterns: [], counts: [], lags: [], warmers: [], state: null, metricsUrl: null, controlUrl: null },
  takesCommands: true,
};

/** The channel of an instance of the service `shop`, begun, whose only warmer is `top`; what it is told to do is noted. */
export function openChannel(
  redis: Redis | Cluster,
  instance: string,
  options: ControlOptions & { readonly prefix?: string; readonly areRepliesLost?: boolean } = {},
): OpenedChannel {
  const events = new CacheEvents();
  const checkName = (name: string): void => {
    if (name !== 'top') throw new CacheError('unknownWarmer', `No warmer "${name}" is declared.`);
  };
  const warm = vi.fn(async (name: string, _options?: WarmCallOptions) => {
    checkName(name);
    return completed;
  });
  const cancelWarm = vi.fn((name: string) => {
    checkName(name);
    return true;
  });
  const forceBreaker = vi.fn((_to: 'open' | 'closed' | null): void => {});
  const verifyKey = vi.fn(async (_key: string): Promise<VerifyAnswer> => {
    return { state: 'same', ageMs: 12_300, isFresh: true, reason: 'The source gives what is stored' };
  });
  const preview = vi.fn(async (name: string): Promise<WarmPreview> => {
    checkName(name);
    return somePreview;
  });
  const { prefix = 'shop:', areRepliesLost = false, ...control } = options;
  const transport = openUngatedTransport(redis, 500);
  const channel = new ControlChannel(
    {
      redis,
      transport: areRepliesLost ? sendingAgain(transport) : transport,
      events,
      prefix,
      instance,
      version: '1.0',
      clock: Date.now,
      actions: { warm, cancelWarm, preview, forceBreaker, verifyKey, snapshot: () => someSnapshot },
    },
    control,
  );
  channel.start();
  return { channel, events, warm, cancelWarm, forceBreaker, verifyKey };
}

/** As ioredis does when the connection breaks before the reply: Redis gets each command twice, and only the second is heard. */
function sendingAgain(transport: Pick<RedisTransport, 'run'>): Pick<RedisTransport, 'run'> {
  return {
    run: async (command) => {
      await transport.run(command);
      return transport.run(command);
    },
  };
}

export interface SentCommand extends Partial<Omit<CommandMessage, 'command' | 'v'>> {
  readonly v?: number;
  /** Signs it. */
  readonly secret?: string;
  /** Stream for which it is signed, when not that to which it is sent. */
  readonly signedFor?: string;
  readonly prefix?: string;
}

let sentCount = 0;

/** Sends a command as a dashboard would; returns its id. */
export async function send(
  redis: Redis | Cluster,
  command: ControlCommand | { readonly kind: string },
  { secret, signedFor, prefix = 'shop:', ...given }: SentCommand = {},
): Promise<string> {
  sentCount += 1;
  const message = { v: 1, id: `command-${sentCount}`, to: null, atMs: Date.now(), command, ...given };
  const body = JSON.stringify(message);
  const stream = commandsKey(prefix);
  const signed =
    secret === undefined ? [] : ['signature', signCommand(secret, { way: signedFor ?? stream, body })];
  await redis.xadd(stream, 'MAXLEN', '~', 1_000, '*', 'body', body, ...signed);
  return message.id;
}

/** The answers to a command, in their order. */
export async function answersTo(
  redis: Redis | Cluster,
  id: string,
  prefix = 'shop:',
): Promise<ControlAnswer[]> {
  const entries = await redis.xrange(answersKey(prefix), '-', '+');
  return entries
    .map(([, fields]) => parseAnswer(fields[1] ?? ''))
    .filter((answer) => answer !== null)
    .filter((answer) => answer.id === id);
}

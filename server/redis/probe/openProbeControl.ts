import type { RedisSettings } from '#server/config/config.ts';
import { aclWord } from '../acl/aclWord.ts';
import { commandGuard, KEYSPACE_EVENTS } from '../commandGuard.ts';
import { replyFault } from '../faults/faultOf.ts';
import { type RedisCommand, RedisFault } from '../redisConnection.ts';
import { RespError, type RespValue } from '../respParser.ts';
import { openRespSession } from '../respSession.ts';
import { channelWord, keymissChannel } from './keymissChannel.ts';
import type { OwnAddresses } from './ownAddresses.ts';

/** What INFO tells before and while the probe runs. */
export interface ProbeLoad {
  readonly version: string;
  readonly runId: string;
  readonly isCluster: boolean;
  readonly commandCount: number;
  readonly inputBytes: number;
  readonly missCount: number;
}

/** The connection beside the stream: reads and sets the one setting, and feels how Redis answers. Rejects with `RedisFault`. */
export interface ProbeControl {
  /** Resolves when the PING is answered. */
  ping(text: string): Promise<void>;
  readSetting(): Promise<string>;
  writeSetting(value: string): Promise<void>;
  readLoad(): Promise<ProbeLoad>;
  /** Rejects with what Redis does not permit or know, and the words that would allow it. Runs none of it. */
  checkPermitted(): Promise<void>;
  close(): void;
}

export interface ProbeControlOptions {
  readonly settings: RedisSettings;
  readonly addresses: OwnAddresses;
  readonly timeoutMs: number;
}

export async function openProbeControl(options: ProbeControlOptions): Promise<ProbeControl> {
  const guard = commandGuard('probe');
  const session = await openRespSession({ ...options, clientName: 'cachescope-probe' });

  async function send(...commands: readonly RedisCommand[]): Promise<readonly RespValue[]> {
    for (const command of commands) guard.admit(command);
    return session.send(commands);
  }
  async function ask(...command: RedisCommand): Promise<RespValue | undefined> {
    const [reply] = await send(command);
    if (reply instanceof RespError) throw replyFault(reply.text, guard.admit(command));
    return reply;
  }

  return {
    async ping(text) {
      await ask('PING', text);
    },
    async readSetting() {
      const reply = await ask('CONFIG', 'GET', KEYSPACE_EVENTS);
      const value = Array.isArray(reply) ? reply[1] : undefined;
      if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
      throw new RedisFault('unknownCommand', 'CONFIG GET', `This Redis does not tell ${KEYSPACE_EVENTS}.`);
    },
    async writeSetting(value) {
      await ask('CONFIG', 'SET', KEYSPACE_EVENTS, value);
    },
    async readLoad() {
      return parseLoad(textOf(await ask('INFO')));
    },
    async checkPermitted() {
      const { database } = options.settings;
      const asked: readonly RedisCommand[] = [
        ['SUBSCRIBE', keymissChannel(database)],
        ['MONITOR'],
        ['CONFIG', 'SET', KEYSPACE_EVENTS, ''],
      ];
      const [begun, ...replies] = await send(['MULTI'], ...asked, ['DISCARD']);
      if (begun instanceof RespError) throw refusalOf([['MULTI', begun.text]], database);
      const refused = asked.flatMap((command, at) => {
        const reply = replies[at];
        return reply instanceof RespError ? [[guard.admit(command), reply.text] as const] : [];
      });
      if (refused.length > 0) throw refusalOf(refused, database);
    },
    close: session.close,
  };
}

/** All of it at once: an operator wants to ask the administrator once. */
function refusalOf(
  refused: readonly (readonly [command: string, text: string])[],
  database: number,
): RedisFault {
  const faults = refused.map(([command, text]) => replyFault(text, command));
  const missing = faults.find(({ kind }) => kind !== 'notPermitted' && kind !== 'keyNotPermitted');
  if (missing !== undefined) return missing;
  const names = faults.map(({ kind, command }) =>
    kind === 'keyNotPermitted' ? `${command} on ${keymissChannel(database)}` : command,
  );
  const channel = faults.some(({ command }) => command === 'SUBSCRIBE') ? [channelWord(database)] : [];
  const words = [
    ...faults.filter(({ kind }) => kind === 'notPermitted').map(({ command }) => aclWord(command)),
    ...channel,
  ];
  return new RedisFault(
    'notPermitted',
    names.join(', '),
    `The Redis user may not run ${names.join(', ')}, so hit rate by pattern cannot be measured from Redis. Add to its ACL: ${words.join(' ')}`,
  );
}

function textOf(reply: RespValue | undefined): string {
  return reply instanceof Uint8Array ? Buffer.from(reply).toString('latin1') : '';
}

function parseLoad(info: string): ProbeLoad {
  const field = (name: string): string => new RegExp(`^${name}:([^\\r\\n]*)`, 'm').exec(info)?.[1] ?? '';
  return {
    // Valkey says 7.2.4 of itself as a Redis.
    version: field('redis_version'),
    runId: field('run_id'),
    isCluster: field('cluster_enabled') === '1',
    commandCount: Number(field('total_commands_processed')),
    inputBytes: Number(field('total_net_input_bytes')),
    missCount: Number(field('keyspace_misses')),
  };
}

import { vi } from 'vitest';
import { CommandPort } from '#cache/control/commandPort.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { signCommand } from '#shared/control/commandSignature.ts';
import { parseAnswer } from '#shared/control/controlAnswer.ts';
import type { CommandMessage, ControlCommand } from '#shared/control/controlCommand.ts';
import { answerWay, commandWay } from '#shared/control/httpCommand.ts';
import { instanceSnapshotKey } from '#shared/control/instanceSnapshot.ts';
import { someSnapshot } from './openChannel.ts';

const SECRET = 'of this test';
const KEY = instanceSnapshotKey('shop:', 'a');

/** The port of instance `a` of the service `shop`, whose clock stands at what is said. */
export function openPort(now: { ms: number }) {
  const never = vi.fn(() => Promise.reject(new Error('It was asked for what needs Redis.')));
  const cancelWarm = vi.fn((_name: string) => true);
  const forceBreaker = vi.fn((_to: 'open' | 'closed' | null): void => {});
  const port = new CommandPort({
    ...{ events: new CacheEvents(), prefix: 'shop:', instance: 'a', version: '1.0', secret: SECRET },
    clock: () => now.ms,
    actions: {
      ...{ warm: never, preview: never, verifyKey: never, cancelWarm, forceBreaker },
      snapshot: () => someSnapshot,
    },
  });
  return { port, cancelWarm, forceBreaker };
}

let sentCount = 0;

/** A command as a dashboard would send it; say what is different. */
export function commandBody(command: ControlCommand, different: Partial<CommandMessage>): string {
  sentCount += 1;
  return JSON.stringify({ v: 1, id: `command-${sentCount}`, to: 'a', atMs: 1_000, command, ...different });
}

export function signed(body: string, key = KEY, secret = SECRET) {
  return { body, signature: signCommand(secret, { way: commandWay(key), body }) };
}

/** What an answer says, if it is signed as it must be. */
export function answerIn(answer: { readonly body: string; readonly signature: string } | null) {
  if (answer === null) return null;
  const expected = signCommand(SECRET, { way: answerWay(KEY), body: answer.body });
  return answer.signature === expected ? parseAnswer(answer.body) : null;
}

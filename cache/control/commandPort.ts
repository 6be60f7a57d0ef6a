import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { isSignedWith, signCommand } from '#shared/control/commandSignature.ts';
import type { ControlAnswer } from '#shared/control/controlAnswer.ts';
import { type CommandMessage, MAX_COMMAND_AGE_MS } from '#shared/control/controlCommand.ts';
import { answerWay, commandWay, isDoneWithoutRedis } from '#shared/control/httpCommand.ts';
import { instanceSnapshotKey } from '#shared/control/instanceSnapshot.ts';
import { answerOf } from './answerOf.ts';
import { judgeCommand } from './judgeCommand.ts';
import { type ControlActions, obey, type Said } from './obey.ts';
import { SeenCommands } from './seenCommands.ts';

export interface PortSurroundings {
  readonly events: CacheEvents;
  readonly prefix: string;
  readonly instance: string;
  /** Release of the service. */
  readonly version: string;
  readonly clock: () => number;
  readonly actions: ControlActions;
  /** Of every command and answer: there is no such port without one. */
  readonly secret: string;
}

/** A body and what signs it. */
export interface SignedBody {
  readonly body: string;
  readonly signature: string;
}

/**
 * Takes commands without Redis, whichever way they were carried here: signed ones only, for this instance by name, each once, of
 * those that are done without Redis.
 */
export class CommandPort {
  readonly #around: PortSurroundings;
  readonly #snapshotKey: string;
  readonly #startedAtMs: number;
  readonly #seen = new SeenCommands();
  readonly #closing = new AbortController();

  constructor(around: PortSurroundings) {
    this.#around = around;
    this.#snapshotKey = instanceSnapshotKey(around.prefix, around.instance);
    this.#startedAtMs = around.clock();
  }

  /** The signed answer; null when the command is not signed for this instance, which says nothing to whoever sent it. Never rejects. */
  async answer({ body, signature }: SignedBody): Promise<SignedBody | null> {
    const { secret, instance, clock } = this.#around;
    if (!isSignedWith(secret, { way: commandWay(this.#snapshotKey), body }, signature)) return null;
    const judgement = judgeCommand(
      { heardAs: '', body, signature },
      { way: '', instance, secret: null, nowMs: clock() },
    );
    if (judgement.state === 'foreign') return null;
    if (judgement.state !== 'known') return this.#sign(judgement.id, judgement);
    const { message } = judgement;
    return this.#sign(message.id, this.#refusalOf(message) ?? (await this.#do(message)));
  }

  close(): void {
    this.#closing.abort();
  }

  #refusalOf({ id, to, atMs, command }: CommandMessage): Said | null {
    if (to === null) return refused('notAddressed', 'Over HTTP a command must name its instance.');
    // What was done before is not remembered by a new process.
    if (atMs < this.#startedAtMs) return refused('tooOld', 'The command is older than this process.');
    if (!isDoneWithoutRedis(command))
      return refused('needsRedis', `${command.kind} is taken through Redis only, which it needs.`);
    const taken = this.#seen.take(id, atMs + MAX_COMMAND_AGE_MS, this.#around.clock());
    if (taken === 'new') return null;
    return taken === 'repeated'
      ? refused('repeated', 'A command with this id was heard before.')
      : refused('busy', 'There were too many commands in the last minute.');
  }

  async #do({ command }: CommandMessage): Promise<Said> {
    const { events, actions } = this.#around;
    let last: Said = { state: 'failed', reason: 'wentWrong', text: 'Nothing was said.' };
    await obey(command, {
      ...{ events, actions, signal: this.#closing.signal },
      say: async (said) => {
        last = said;
      },
    });
    return last;
  }

  #sign(id: string, said: Said): SignedBody {
    const { instance, version, clock, secret } = this.#around;
    const answer: ControlAnswer = answerOf({ id, from: instance, version, atMs: clock() }, said);
    const body = JSON.stringify(answer);
    return { body, signature: signCommand(secret, { way: answerWay(this.#snapshotKey), body }) };
  }
}

function refused(reason: string, text: string): Said {
  return { state: 'refused', reason, text };
}

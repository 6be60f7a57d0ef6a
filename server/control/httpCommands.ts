import type { Clock } from '#server/clock/clock.ts';
import type { AnnouncedInstance } from '#server/sources/announced/announcedInstances.ts';
import type { AskedState } from '#server/sources/services/askedState.ts';
import type { AddressRanges } from '#server/sources/targets/addressRanges.ts';
import { announcedAddress } from '#server/sources/targets/announcedAddress.ts';
import { type Posted, post } from '#server/sources/targets/reach/post.ts';
import {
  noAccess,
  noLabels,
  type ScrapeTarget,
  shownUrl,
  targetId,
} from '#server/sources/targets/scrapeTarget.ts';
import { isSignedWith, signCommand } from '#shared/control/commandSignature.ts';
import { type ControlAnswer, parseAnswer } from '#shared/control/controlAnswer.ts';
import type { CommandMessage, ControlCommand } from '#shared/control/controlCommand.ts';
import {
  answerWay,
  COMMAND_MEDIA_TYPE,
  commandWay,
  MAX_ANSWER_BYTES,
  SIGNATURE_HEADER,
} from '#shared/control/httpCommand.ts';
import type { InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';

export interface HttpCommandsOptions {
  /** Who announced itself when Redis was last looked at. */
  readonly announced: () => readonly AnnouncedInstance[];
  /** Announced addresses outside these are never connected to; null = none is. */
  readonly ranges: AddressRanges | null;
  /** Signs commands, and must have signed the answers; null = nobody is asked. */
  readonly secret: string | null;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Another text for each command. */
  readonly newId: () => string;
}

/** A command without Redis, and for whom. */
export interface AskedOverHttp {
  /** Start of the key names of the service. */
  readonly prefix: string;
  /** Name of one instance; null = all of the service that can be asked. */
  readonly to: string | null;
  readonly command: ControlCommand;
}

/** `why` is for an operator. */
export type HttpOutcome =
  | { readonly state: 'answered'; readonly answer: ControlAnswer }
  | { readonly state: 'silent'; readonly why: string };

interface Place {
  readonly key: string;
  readonly prefix: string;
  readonly name: string;
  readonly url: string;
}

/** What is done without Redis is done at once; ours, as of a scrape. */
const TIMEOUT_MS = 2_000;
const MAX_ASKED = 200;
const ASKED_AT_ONCE = 16;
/** For all that are asked in one go, so that hung ones do not hold up the next. */
const ROUND_MS = 4_000;

/**
 * Commands to instances at the addresses that they announced, for when Redis cannot carry them. Costs Redis nothing. Signed in both
 * directions, only inside the allowed ranges, without redirects, bounded in bytes and time.
 */
export class HttpCommands {
  readonly #options: HttpCommandsOptions;

  constructor(options: HttpCommandsOptions) {
    this.#options = options;
  }

  /** Never rejects. Of several, the one that did it answers, else one of those that could not; silent while any may have done it. */
  async ask({ prefix, to, command }: AskedOverHttp): Promise<HttpOutcome> {
    const places = this.#places().filter(
      (place) => place.prefix === prefix && (to === null || place.name === to),
    );
    if (places.length === 0)
      return silent(`${to ?? 'No instance'} announced an address for commands over HTTP.`);
    const outcomes = await this.#askAll(places, command);
    const done = outcomes.find((one) => one.state === 'answered' && one.answer.state === 'done');
    return done ?? outcomes.find(({ state }) => state === 'silent') ?? outcomes[0] ?? silent('');
  }

  /** Asks those instances how they stand that `isWanted` names. Never rejects. */
  async readStates(isWanted: (last: InstanceSnapshot) => boolean): Promise<readonly AskedState[]> {
    const places = this.#places(isWanted);
    const outcomes = await this.#askAll(places, { kind: 'state.read' });
    return places.map(({ key, name, url }, at) => {
      const outcome = outcomes[at] ?? silent('There was no time to ask it.');
      const said = outcome.state === 'answered' ? outcome.answer : null;
      // By its name it is somebody: an instance must not speak of another.
      const snapshot = said?.state === 'done' && said.snapshot?.instance === name ? said.snapshot : null;
      const why = outcome.state === 'silent' ? outcome.why : `It did not say how it stands: ${said?.text}`;
      return { key, address: shownUrl(url), snapshot, why: snapshot === null ? why : '' };
    });
  }

  #places(isWanted: (last: InstanceSnapshot) => boolean = () => true): readonly Place[] {
    return this.#options
      .announced()
      .flatMap(({ key, prefix, name, lastSnapshot }) => {
        const url =
          lastSnapshot !== null && isWanted(lastSnapshot) ? announcedAddress(lastSnapshot.controlUrl) : null;
        return url === null ? [] : [{ key, prefix, name, url }];
      })
      .slice(0, MAX_ASKED);
  }

  async #askAll(places: readonly Place[], command: ControlCommand): Promise<readonly HttpOutcome[]> {
    const round = AbortSignal.timeout(ROUND_MS);
    const outcomes: HttpOutcome[] = [];
    for (let at = 0; at < places.length && !round.aborted; at += ASKED_AT_ONCE) {
      const some = places.slice(at, at + ASKED_AT_ONCE);
      outcomes.push(...(await Promise.all(some.map((place) => this.#askOne(place, command, round)))));
    }
    return places.map((_, at) => outcomes[at] ?? silent('There was no time to ask it.'));
  }

  async #askOne(place: Place, command: ControlCommand, signal: AbortSignal): Promise<HttpOutcome> {
    const { secret, ranges, clock, newId } = this.#options;
    if (secret === null) return silent('Nothing is asked over HTTP without CACHESCOPE_CONTROL_SECRET.');
    if (ranges === null) return silent('Nothing is asked over HTTP with --metrics-announced none.');
    const message: CommandMessage = { v: 1, id: newId(), to: place.name, atMs: clock.nowMs(), command };
    const body = JSON.stringify(message);
    const posted = await post({
      target: targetOf(place, ranges),
      headers: {
        'content-type': COMMAND_MEDIA_TYPE,
        accept: COMMAND_MEDIA_TYPE,
        [SIGNATURE_HEADER]: signCommand(secret, { way: commandWay(place.key), body }),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      signal,
    });
    return judge(posted, { place, id: message.id, secret });
  }
}

/** An answer counts when it is signed, and to this command, by the instance that was asked. */
function judge(
  posted: Posted,
  { place, id, secret }: { readonly place: Place; readonly id: string; readonly secret: string },
): HttpOutcome {
  if (posted.state === 'failed') return silent(`${place.name} was asked over HTTP. ${posted.why}`);
  const { status, headers } = posted;
  if (status === 401) return silent(`${place.name} does not take our signature: its secret is another.`);
  if (status !== 200) return silent(`${place.name} answers a command with HTTP ${status}.`);
  const body = posted.body.toString('utf8');
  const signature = headers[SIGNATURE_HEADER];
  const isSigned =
    typeof signature === 'string' && isSignedWith(secret, { way: answerWay(place.key), body }, signature);
  const answer = isSigned ? parseAnswer(body) : null;
  if (answer === null || answer.id !== id || answer.from !== place.name)
    return silent(`What answers for ${place.name} is not signed by it, and not believed.`);
  return { state: 'answered', answer };
}

function silent(why: string): HttpOutcome {
  return { state: 'silent', why };
}

function targetOf({ name, url }: Place, ranges: AddressRanges): ScrapeTarget {
  return {
    id: targetId(url, null),
    url,
    origin: 'announcement',
    foundBy: name,
    labels: noLabels,
    // Credentials are for hosts that the operator named, never for who announces itself.
    access: noAccess,
    connectTo: null,
    ranges,
  };
}

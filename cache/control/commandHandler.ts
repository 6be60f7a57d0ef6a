import type { IncomingMessage, ServerResponse } from 'node:http';
import { COMMAND_MEDIA_TYPE, MAX_COMMAND_BYTES, SIGNATURE_HEADER } from '#shared/control/httpCommand.ts';
import type { CommandPort } from './commandPort.ts';

/** Answers one request; mounted by the service at `announce.controlUrl`. */
export type CommandHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Longest time that the body of a command takes to come, ms. */
const BODY_TIMEOUT_MS = 5_000;
/** Requests at one time; whoever has the secret sends one at a time. */
const MAX_ACTIVE = 8;

/** A body that is not read to its end, by the status that says why. */
class Unread extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** The way of commands over HTTP: POST alone, bounded in size, time and number; what is not signed is told nothing. */
export function commandHandler(port: CommandPort): CommandHandler {
  let activeCount = 0;
  return (request, response) => {
    if (activeCount >= MAX_ACTIVE) return refuse(response, new Unread(503, 'Too many commands at once.'));
    activeCount += 1;
    respond(port, request, response)
      .catch((error: unknown) =>
        refuse(response, error instanceof Unread ? error : new Unread(500, 'It went wrong.')),
      )
      .finally(() => {
        activeCount -= 1;
      });
  };
}

async function respond(port: CommandPort, request: IncomingMessage, response: ServerResponse) {
  checkHead(request);
  const body = await readBody(request);
  const header = request.headers[SIGNATURE_HEADER];
  const answer = await port.answer({ body, signature: typeof header === 'string' ? header : '' });
  if (answer === null) throw new Unread(401, 'The command is not signed for this instance.');
  response
    .writeHead(200, {
      'content-type': COMMAND_MEDIA_TYPE,
      'cache-control': 'no-store',
      [SIGNATURE_HEADER]: answer.signature,
    })
    .end(answer.body);
}

function checkHead({ method, headers, readableEnded }: IncomingMessage): void {
  if (method !== 'POST') throw new Unread(405, 'Commands are sent by POST.');
  if (headers['content-type'] !== COMMAND_MEDIA_TYPE)
    throw new Unread(415, `Commands are ${COMMAND_MEDIA_TYPE}.`);
  if (Number(headers['content-length'] ?? 0) > MAX_COMMAND_BYTES) throw tooLarge();
  if (readableEnded) throw new Unread(500, 'The body was read before the command handler could.');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    request.destroy();
  }, BODY_TIMEOUT_MS);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new Unread(500, 'The body was decoded before the handler could.');
      byteCount += chunk.length;
      if (byteCount > MAX_COMMAND_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw isLate ? new Unread(408, 'The command took too long to come.') : error;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): Unread {
  return new Unread(413, `A command has at most ${MAX_COMMAND_BYTES} bytes.`);
}

/** The rest of a body that nobody reads ends with the connection. */
function refuse(response: ServerResponse, { status, message }: Unread): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
      ...(status === 405 ? { allow: 'POST' } : {}),
    })
    .end(`${message}\n`);
}

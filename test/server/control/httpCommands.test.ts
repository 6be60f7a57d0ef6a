import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpCommands, type HttpCommandsOptions } from '#server/control/httpCommands.ts';
import { addressRanges } from '#server/sources/targets/addressRanges.ts';
import { signCommand } from '#shared/control/commandSignature.ts';
import { parseCommand } from '#shared/control/controlCommand.ts';
import { answerWay, COMMAND_MEDIA_TYPE, SIGNATURE_HEADER } from '#shared/control/httpCommand.ts';
import { instanceSnapshotKey } from '#shared/control/instanceSnapshot.ts';
import { someSnapshot } from '#test/cache/control/openChannel.ts';
import { freePort } from '#test/support/freePort.ts';
import { servePage } from '#test/support/metrics/servePage.ts';

const SECRET = 'of this test';
const KEY = instanceSnapshotKey('shop:', 'a');
const ping = { prefix: 'shop:', to: 'a', command: { kind: 'ping' } } as const;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

interface Lie {
  readonly secret?: string;
  readonly key?: string;
  readonly from?: string;
  readonly id?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly snapshot?: unknown;
}

/** An answer as the instance would give it, but for the lies. */
function answering({ secret = SECRET, key = KEY, ...lie }: Lie = {}): RequestListener {
  return (request, response) =>
    void bodyOf(request).then((text) => {
      const id = parseCommand(text)?.message.id;
      const said = { state: 'done', reason: '', text: '', doneCount: null, plannedCount: null };
      const body = JSON.stringify({ v: 1, id, from: 'a', version: '1', atMs: 1, ...said, ...lie });
      const signature = signCommand(secret, { way: answerWay(key), body });
      response
        .writeHead(200, { 'content-type': COMMAND_MEDIA_TYPE, [SIGNATURE_HEADER]: signature })
        .end(body);
    });
}

async function serve(listener: RequestListener): Promise<string> {
  const served = await servePage(listener);
  onTestFinished(() => served[Symbol.asyncDispose]());
  return served.url;
}

function announced(name: string, controlUrl: string | null, prefix = 'shop:') {
  const lastSnapshot = { ...someSnapshot, instance: name, controlUrl };
  const key = instanceSnapshotKey(prefix, name);
  return { key, prefix, name, seenAtMs: 1, snapshot: null, lastSnapshot, readAtMs: 1, isAlive: false };
}

let idCount = 0;
function open(controlUrl: string | null, different: Partial<HttpCommandsOptions> = {}): HttpCommands {
  return new HttpCommands({
    announced: () => [announced('a', controlUrl)],
    ranges: addressRanges(['127.0.0.0/8']),
    secret: SECRET,
    clock: { nowMs: Date.now },
    newId: () => {
      idCount += 1;
      return `id-${idCount}`;
    },
    ...different,
  });
}

describe('an instance is asked over HTTP', () => {
  it('and its signed answer counts', async () => {
    const asked = await open(await serve(answering())).ask(ping);
    expect(asked).toMatchObject({ state: 'answered', answer: { from: 'a', state: 'done' } });
  });

  it('how it stands, where no page tells, and what it says of another is not believed', async () => {
    const commands = open(await serve(answering({ snapshot: someSnapshot })));
    expect(await commands.readStates(() => true)).toMatchObject([
      { key: KEY, snapshot: someSnapshot, why: '' },
    ]);
    expect(await commands.readStates(() => false)).toEqual([]);
    const liar = open(await serve(answering({ snapshot: { ...someSnapshot, instance: 'b' } })));
    expect(await liar.readStates(() => true)).toMatchObject([{ snapshot: null }]);
  });

  it('together with the others of its service: the one that did it answers', async () => {
    const idle = await serve(
      answering({ from: 'b', key: instanceSnapshotKey('shop:', 'b'), state: 'failed', reason: 'notRunning' }),
    );
    const running = await serve(answering());
    const all = [
      announced('b', idle),
      announced('a', running),
      announced('a', idle, 'stock:'),
      announced('c', null),
    ];
    const commands = open(null, { announced: () => all });
    const cancel = { ...ping, to: null, command: { kind: 'warm.cancel', warmer: 'top' } } as const;
    expect(await commands.ask(cancel)).toMatchObject({ state: 'answered', answer: { from: 'a' } });
    const gone = `http://127.0.0.1:${await freePort()}/`;
    const without = open(null, { announced: () => [announced('b', idle), announced('a', gone)] });
    expect(await without.ask(cancel)).toMatchObject({
      state: 'silent',
      why: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

const flood = (response: ServerResponse): void => {
  const write = (): void => {
    while (!response.destroyed)
      if (!response.write(Buffer.alloc(65_536, ' '))) return void response.once('drain', write);
  };
  write();
};

describe('an answer is not believed', () => {
  it.each<[string, RequestListener, string]>([
    ['with a signature of another secret', answering({ secret: 'another' }), 'not signed by it'],
    [
      'signed for another instance',
      answering({ key: instanceSnapshotKey('shop:', 'b') }),
      'not signed by it',
    ],
    ['of another instance', answering({ from: 'b' }), 'not signed by it'],
    ['to another command', answering({ id: 'id-0' }), 'not signed by it'],
    ['without a signature', (_, response) => void response.writeHead(200).end('{}'), 'not signed by it'],
    [
      'that redirects',
      (_, response) => void response.writeHead(307, { location: '/' }).end(),
      'not followed',
    ],
    ['that refuses', (_, response) => void response.writeHead(401).end(), 'is another'],
    ['that is no answer', (_, response) => void response.writeHead(404).end(), 'HTTP 404'],
    ['without end', (_, response) => flood(response.writeHead(200)), 'larger than 1024 KB'],
    [
      'that is packed',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(),
      'packs',
    ],
    ['that never comes', () => {}, 'within 2 s'],
    ['that trickles', (_, response) => void response.writeHead(200).write('{'), 'within 2 s'],
  ])('%s', async (_, listener, why) => {
    const asked = await open(await serve(listener)).ask(ping);
    expect(asked).toMatchObject({ state: 'silent', why: expect.stringContaining(why) });
  });
});

describe('nothing is asked', () => {
  it('outside the ranges, of an address that is none, without a secret, or where nobody announced one', async () => {
    const served = await servePage(answering());
    onTestFinished(() => served[Symbol.asyncDispose]());
    const whyOf = async (commands: HttpCommands) => {
      const outcome = await commands.ask(ping);
      return outcome.state === 'silent' ? outcome.why : 'answered';
    };
    const ranges = addressRanges(['10.0.0.0/8']);
    expect(await whyOf(open(served.url, { ranges }))).toContain('outside 10.0.0.0/8');
    expect(await whyOf(open(served.url.replace('127.0.0.1', 'localhost'), { ranges }))).toContain('outside');
    expect(await whyOf(open(served.url, { ranges: null }))).toContain('--metrics-announced none');
    expect(await whyOf(open(served.url, { secret: null }))).toContain('CACHESCOPE_CONTROL_SECRET');
    for (const url of [null, 'file:///etc/passwd', 'http://me:secret@127.0.0.1/', 'nonsense'])
      expect(await whyOf(open(url))).toContain('announced an address');
    expect(served.requestCount()).toBe(0);
  });
});

import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandHandler } from '#cache/control/commandHandler.ts';
import { COMMAND_MEDIA_TYPE, MAX_COMMAND_BYTES, SIGNATURE_HEADER } from '#shared/control/httpCommand.ts';
import { servePage } from '#test/support/metrics/servePage.ts';
import { answerIn, commandBody, openPort, signed } from './openPort.ts';

async function serve() {
  const handler = commandHandler(openPort({ ms: 1_000 }).port);
  const served = await servePage(handler);
  onTestFinished(() => served[Symbol.asyncDispose]());
  return served;
}

async function send(url: string, body: string, headers: Record<string, string> = {}) {
  const { signature } = signed(body);
  return fetch(url, {
    ...{ method: 'POST', body },
    headers: { 'content-type': COMMAND_MEDIA_TYPE, [SIGNATURE_HEADER]: signature, ...headers },
  });
}

describe('the port of commands', () => {
  it('answers a signed command by one signed answer', async () => {
    const { url } = await serve();
    const response = await send(url, commandBody({ kind: 'ping' }, { id: 'here' }));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, COMMAND_MEDIA_TYPE]);
    const answer = {
      body: await response.text(),
      signature: response.headers.get(SIGNATURE_HEADER) ?? '',
    };
    expect(answerIn(answer)).toMatchObject({ id: 'here', state: 'done' });
  });

  it('tells nothing to who has not signed, asks otherwise, or sends too much', async () => {
    const { url } = await serve();
    const body = commandBody({ kind: 'ping' }, {});
    expect((await send(url, body, { [SIGNATURE_HEADER]: 'no' })).status).toBe(401);
    expect((await fetch(url)).status).toBe(405);
    // What a form or a script of another site can send without asking.
    expect((await send(url, body, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send(url, 'x'.repeat(MAX_COMMAND_BYTES + 1))).status).toBe(413);
  });

  it('ends a body of unknown length that grows too large', async () => {
    const { port } = await serve();
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let heard = '';
    const closed = new Promise<void>((resolve) => {
      socket.on('data', (bytes) => {
        heard += bytes.toString();
      });
      socket.on('error', () => {}).on('close', () => resolve());
    });
    const head = [
      'POST / HTTP/1.1',
      'Host: a',
      `Content-Type: ${COMMAND_MEDIA_TYPE}`,
      'Transfer-Encoding: chunked',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
    for (let at = 0; at < 3; at += 1) socket.write(chunk);
    await closed;
    expect(heard).toMatch(/^HTTP\/1.1 413 /);
  });

  it('takes eight at a time, and is free again when they are gone', async () => {
    const { port, url } = await serve();
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${COMMAND_MEDIA_TYPE}\r\nContent-Length: 10\r\n\r\n`;
    const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1'));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (const socket of sockets) socket.on('error', () => {}).write(head);
    const ping = () => send(url, commandBody({ kind: 'ping' }, {}));
    await expect.poll(async () => (await ping()).status).toBe(503);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await ping()).status).toBe(200);
  });

  it('lets go of who does not send what was announced', async () => {
    const { port } = await serve();
    const socket = connect(port, '127.0.0.1');
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${COMMAND_MEDIA_TYPE}\r\nContent-Length: 10\r\n\r\n`;
    const startedMs = performance.now();
    await new Promise<void>((resolve) => {
      socket.on('error', () => {}).on('close', () => resolve());
      socket.write(`${head}12345`);
    });
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  }, 15_000);
});

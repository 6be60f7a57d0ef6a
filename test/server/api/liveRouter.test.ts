import { expect, it } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { freePort } from '#test/support/freePort.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

function eventsOf(url: string, targetId: string, signal: AbortSignal): Promise<Response> {
  const input = encodeURIComponent(JSON.stringify({ targetId }));
  return fetch(`${url}/api/trpc/live.events?input=${input}`, { signal });
}

/** Text of a stream until it holds `wanted` or ends. */
async function readUntil(response: Response, wanted: string): Promise<string> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes(wanted)) break;
  }
  return text;
}

it('asks for an unknown target take no place from the pages that stream', async () => {
  const lines: string[] = [];
  const server = await openServer(testConfig(await freePort()), {
    ...testSurroundings,
    log: (line) => lines.push(line),
  });
  const end = new AbortController();
  try {
    for (let asked = 0; asked < 201; asked += 1) {
      const refused = await eventsOf(server.url, 'elsewhere', end.signal);
      expect(await refused.text()).toContain('There is no target elsewhere.');
    }
    const stream = await eventsOf(server.url, 'default', end.signal);
    expect(await readUntil(stream, '"status"')).toContain('"kind":"status"');
    // What a caller got wrong is no fault of the server's; that there is no Redis, it may say.
    expect(lines.filter((line) => !line.includes('cannot be reached'))).toEqual([]);
  } finally {
    end.abort();
    await server.close();
  }
});

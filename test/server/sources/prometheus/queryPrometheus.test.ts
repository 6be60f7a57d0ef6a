import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { queryPrometheus } from '#server/sources/prometheus/queryPrometheus.ts';

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  readonly location?: string;
}

interface Asked {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server that gives one answer to everything and remembers what it was asked. */
async function startServer({ status = 200, type = 'application/json', body = '', location }: Answer) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    asked.push({ path: request.url, authorization: request.headers.authorization, body: text });
    response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

const vector = (result: readonly unknown[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });

function ask(url: string, maxBytes = 100_000) {
  return queryPrometheus(
    'up',
    { url, username: 'ada', password: 's3cret', passwordFile: null, token: null, tokenFile: null },
    { signal: AbortSignal.timeout(5_000), maxBytes },
  );
}

test('an answer is samples with their labels, and what the server warns of', async () => {
  const body = JSON.stringify({
    status: 'success',
    warnings: ['store-2 did not answer'],
    data: { resultType: 'vector', result: [{ metric: { __name__: 'up', job: 'a' }, value: [1.5, '3'] }] },
  });
  const { url, asked } = await startServer({ body });
  expect(await ask(`${url}/mimir/prometheus`)).toEqual({
    samples: [{ labels: { __name__: 'up', job: 'a' }, value: 3 }],
    warnings: ['store-2 did not answer'],
  });
  expect(asked).toEqual([
    {
      path: '/mimir/prometheus/api/v1/query',
      authorization: `Basic ${Buffer.from('ada:s3cret').toString('base64')}`,
      body: 'query=up',
    },
  ]);
});

test('values that are no numbers come out as such', async () => {
  const values = ['NaN', '+Inf', '', 'x'];
  const { url } = await startServer({
    body: vector(values.map((value) => ({ metric: {}, value: [1, value] }))),
  });
  const { samples } = await ask(url);
  expect(samples.some(({ value }) => Number.isFinite(value))).toBe(false);
});

test.each<[string, Answer, string]>([
  ['refused credentials', { status: 401, body: 'Unauthorized' }, 'refuses our credentials (HTTP 401)'],
  ['a redirect', { status: 302, location: 'http://127.0.0.1:1/' }, 'redirects are not followed'],
  ['a page', { type: 'text/html', body: '<html>' }, 'does not answer with JSON'],
  ['something else', { status: 404, body: 'not found' }, 'has no api/v1/query (HTTP 404)'],
  ['a failure', { status: 502, body: 'bad gateway' }, 'answers with HTTP 502'],
  [
    'a refused query',
    {
      status: 422,
      body: JSON.stringify({ status: 'error', errorType: 'execution', error: 'too many samples' }),
    },
    'refuses the query: too many samples',
  ],
  ['other JSON', { body: '{"hello": 1}' }, 'not of the API of Prometheus'],
  ['garbled series', { body: vector([{ metric: { a: 1 }, value: [1, '1'] }]) }, 'not of the API'],
  ['too much', { body: vector([]).padEnd(200_000) }, 'Limit it with --prometheus-match'],
])('%s is said', async (_what, answer, text) => {
  const { url } = await startServer(answer);
  const failure = await ask(url).catch(String);
  expect(failure).toContain(text);
  expect(failure).not.toContain('s3cret');
});

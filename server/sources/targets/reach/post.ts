import type { IncomingMessage } from 'node:http';
import { describeFailure } from '../scrape/describeFailure.ts';
import { ScrapeProblem } from '../scrape/scrape.ts';
import type { ScrapeTarget } from '../scrapeTarget.ts';
import { type LookUpHost, openRequest } from './openRequest.ts';

export interface Post {
  readonly target: ScrapeTarget;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Longest from the first byte sent to the last one heard, ms. */
  readonly timeoutMs: number;
  /** Longest answer, bytes. */
  readonly maxBytes: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  readonly lookUpHost?: LookUpHost;
}

/**
 * What came of it. `isSent` tells whether the other side may have got it: then what it did is not known. `why` is for an operator.
 */
export type Posted =
  | {
      readonly state: 'answered';
      readonly status: number;
      readonly headers: IncomingMessage['headers'];
      readonly body: Buffer;
    }
  | { readonly state: 'failed'; readonly isSent: boolean; readonly why: string };

/** Sends one body over a connection of its own, to addresses that the target allows; bounded in time and bytes. Never rejects. */
export async function post(parts: Post): Promise<Posted> {
  const timeout = AbortSignal.timeout(parts.timeoutMs);
  const signal = parts.signal === undefined ? timeout : AbortSignal.any([timeout, parts.signal]);
  const sent = { isSent: false };
  try {
    const response = await send(parts, signal, sent);
    try {
      const body = await readBody(response, parts.maxBytes);
      return { state: 'answered', status: response.statusCode ?? 0, headers: response.headers, body };
    } finally {
      // An unread body would keep the socket.
      response.destroy();
    }
  } catch (error) {
    const why = timeout.aborted
      ? `It did not answer within ${parts.timeoutMs / 1_000} s.`
      : describeFailure(error, parts.target).text;
    return { state: 'failed', isSent: sent.isSent, why };
  }
}

function send(
  { target, headers, body, lookUpHost }: Post,
  signal: AbortSignal,
  sent: { isSent: boolean },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body);
    const request = openRequest(
      { target, agent: false, signal, ...(lookUpHost === undefined ? {} : { lookUpHost }) },
      { method: 'POST', headers: { ...headers, 'content-length': String(bytes.length) } },
    );
    request.once('socket', (socket) => {
      const event = target.url.startsWith('https:') ? 'secureConnect' : 'connect';
      socket.once(event, () => {
        sent.isSent = true;
      });
    });
    request.once('response', resolve);
    request.once('error', reject);
    request.end(bytes);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) {
    throw new ScrapeProblem('redirect', `It redirects (HTTP ${status}); redirects are not followed.`);
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new ScrapeProblem('encoding', 'It packs its answer, which was not asked for.');
  }
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    byteCount += chunk.length;
    if (byteCount > maxBytes)
      throw new ScrapeProblem(
        'pageTooLarge',
        `Its answer is larger than ${Math.round(maxBytes / 1_024)} KB.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { openRequest, type Reach } from '../reach/openRequest.ts';
import { readSecret } from '../reach/readSecret.ts';
import type { ScrapeTarget } from '../scrapeTarget.ts';
import { ScrapeProblem } from './scrape.ts';

export interface PageRequest extends Reach {
  readonly maxBytes: number;
}

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9';

/**
 * Requests the page and hands over its bytes, unpacked, as they come, until `onBytes` says false. Throws `ScrapeProblem`, or
 * what Node threw; see describeFailure.
 */
export async function requestPage(page: PageRequest, onBytes: (bytes: Buffer) => boolean): Promise<void> {
  const authorization = await authorizationOf(page.target);
  const response = await respond(page, authorization);
  try {
    checkResponse(response, page.maxBytes);
    await readBody(response, page.maxBytes, onBytes);
  } catch (error) {
    // An unread body would keep the socket.
    response.destroy();
    throw error;
  }
}

async function authorizationOf({ access }: ScrapeTarget): Promise<string | null> {
  if (access.bearerTokenFile !== null) return `Bearer ${await readSecret(access.bearerTokenFile)}`;
  if (access.username === null) return null;
  const password = access.passwordFile === null ? '' : await readSecret(access.passwordFile);
  return `Basic ${Buffer.from(`${access.username}:${password}`).toString('base64')}`;
}

async function respond(page: PageRequest, authorization: string | null): Promise<IncomingMessage> {
  try {
    return await respondOnce(page, authorization);
  } catch (error) {
    // The service may end an idle connection at the moment that we use it again.
    if (!(error instanceof StaleConnection)) throw error;
    return await respondOnce(page, authorization);
  }
}

/** The connection was kept from an earlier scrape, and was gone. */
class StaleConnection extends Error {}

function respondOnce(page: PageRequest, authorization: string | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = openRequest(page, {
      method: 'GET',
      headers: {
        accept: ACCEPT,
        'accept-encoding': 'gzip',
        ...(authorization === null ? {} : { authorization }),
      },
    });
    request.once('response', resolve);
    request.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale && !page.signal.aborted ? new StaleConnection() : error);
    });
    request.end();
  });
}

function checkResponse(response: IncomingMessage, maxBytes: number): void {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) {
    throw new ScrapeProblem('redirect', `It redirects (HTTP ${status}); redirects are not followed.`);
  }
  if (status === 401 || status === 403) {
    throw new ScrapeProblem('credentials', `It refuses our credentials (HTTP ${status}).`);
  }
  if (status !== 200) throw new ScrapeProblem('httpStatus', `It answers with HTTP ${status}.`);
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== '' && type !== 'text/plain' && type !== 'application/openmetrics-text') {
    throw new ScrapeProblem('contentType', `It answers with ${shown(type)}, which is not a metrics page.`);
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

async function readBody(
  response: IncomingMessage,
  maxBytes: number,
  onBytes: (bytes: Buffer) => boolean,
): Promise<void> {
  let byteCount = 0;
  for await (const bytes of unpacked(response)) {
    if (!Buffer.isBuffer(bytes)) continue;
    byteCount += bytes.length;
    if (byteCount > maxBytes) throw tooLarge(maxBytes);
    // Leaving the loop ends the response.
    if (!onBytes(bytes)) return;
  }
}

/** Chunk by chunk, so that a page which unpacks to gigabytes is left as soon as it is too large. */
function unpacked(response: IncomingMessage): AsyncIterable<unknown> {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return response;
  if (encoding !== 'gzip') {
    throw new ScrapeProblem('encoding', `It packs the page as ${shown(encoding)}, which was not asked for.`);
  }
  const gunzip = createGunzip();
  // A failure of either ends the iteration.
  pipeline(response, gunzip, () => {});
  return gunzip;
}

function tooLarge(maxBytes: number): ScrapeProblem {
  return new ScrapeProblem('pageTooLarge', `Its page is larger than ${maxBytes / 1024 / 1024} MB.`);
}

/** A short piece of a header for an operator. */
function shown(text: string): string {
  return text.slice(0, 60);
}

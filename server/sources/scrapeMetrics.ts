import { type MetricSample, parseExposition } from './parseExposition.ts';

export type { MetricSample } from './parseExposition.ts';

/** What one scrape gave. `problem` says what of the page could not be read; empty when everything was. */
export type Scrape =
  | {
      readonly state: 'up';
      readonly atMs: number;
      readonly samples: readonly MetricSample[];
      readonly problem: string;
    }
  | { readonly state: 'down'; readonly atMs: number; readonly detail: string };

export interface ScrapeOptions {
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

const DEFAULT_TIMEOUT_MS = 2_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** The page is not what it should be; the message is for an operator. */
class ScrapeProblem extends Error {}

/**
 * Reads one address of the configuration. Never throws; follows no redirect, so that an answer cannot send us
 * elsewhere; takes at most 2 s and 8 MB. Credentials in the address are sent as Basic authorization and never shown.
 * Costs Redis nothing.
 */
export async function scrapeMetrics(url: string, options: ScrapeOptions): Promise<Scrape> {
  const { nowMs, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(url, signal);
    checkResponse(response);
    const text = await readBody(response, maxBytes);
    const { samples, problem } = parseExposition(text);
    return { state: 'up', atMs: nowMs(), samples, problem };
  } catch (error) {
    return { state: 'down', atMs: nowMs(), detail: failureText(error, signal, timeoutMs) };
  }
}

function request(url: string, signal: AbortSignal): Promise<Response> {
  const address = new URL(url);
  const headers = new Headers({
    accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4',
  });
  if (address.username !== '' || address.password !== '') {
    const credentials = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    address.username = '';
    address.password = '';
  }
  return fetch(address, { headers, signal, redirect: 'manual' });
}

function checkResponse(response: Response): void {
  const problem = responseProblem(response);
  if (problem === '') return;
  // An unread body would keep the socket until it is collected.
  response.body?.cancel().catch(() => {});
  throw new ScrapeProblem(problem);
}

function responseProblem(response: Response): string {
  if (response.status >= 300 && response.status < 400) {
    return `It redirects (HTTP ${response.status}); redirects are not followed. Give the final address.`;
  }
  if (!response.ok) return `It answers with HTTP ${response.status}.`;
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== '' && type !== 'text/plain' && type !== 'application/openmetrics-text') {
    return `It answers with ${type.slice(0, 60)}, which is not a metrics page.`;
  }
  return '';
}

async function readBody(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the body.
    if (size > maxBytes) throw new ScrapeProblem(`Its page is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failureText(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (error instanceof ScrapeProblem) return error.message;
  if (signal.aborted) return `It did not answer within ${timeoutMs / 1_000} s.`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `It cannot be reached${code}.`;
}

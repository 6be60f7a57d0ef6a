import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { post } from '#server/sources/targets/reach/post.ts';
import { readSecret } from '#server/sources/targets/reach/readSecret.ts';
import { ScrapeProblem } from '#server/sources/targets/scrape/scrape.ts';
import { noAccess, noLabels, type ScrapeTarget, targetId } from '#server/sources/targets/scrapeTarget.ts';

/** A service that loads what it is given the keys of. The operator named its address, so that any is connected to. */
export interface WarmHook {
  /** Start of the names of the keys that it loads. */
  readonly prefix: string;
  readonly url: string;
  /** Sent as a bearer token; null = none. A file is read anew for each batch. */
  readonly secret: string | null;
  readonly secretFile: string | null;
}

export type KeyOutcome = 'loaded' | 'present' | 'failed';

/**
 * What a hook made of a batch. `refused`: it did nothing, and will not (`isFinal`) or may later. `unknown`: it may have done some or
 * all. `unsent`: it did not get it.
 */
export type PostedKeys =
  | { readonly state: 'answered'; readonly outcomes: readonly KeyOutcome[]; readonly reason: string }
  | { readonly state: 'refused'; readonly isFinal: boolean; readonly why: string }
  | { readonly state: 'unknown' | 'unsent'; readonly why: string };

/** A batch of 50 loads of 100 ms, one after the other, with room for as much again. Ours. */
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 262_144;

const answerSchema = z.object({
  results: z.array(
    z.object({
      state: z.enum(['loaded', 'present', 'failed']),
      reason: z.string().max(1_000).optional(),
    }),
  ),
});

/** Gives a batch of keys to a hook. No key asks only whether it is there. Never rejects. */
export async function postKeys(
  hook: WarmHook,
  { jobId, keys }: { readonly jobId: string; readonly keys: readonly Buffer[] },
  signal?: AbortSignal,
): Promise<PostedKeys> {
  let token: string | null;
  try {
    token = hook.secretFile === null ? hook.secret : await readSecret(hook.secretFile);
  } catch (error) {
    if (!(error instanceof ScrapeProblem)) throw error;
    return { state: 'refused', isFinal: true, why: error.message };
  }
  const posted = await post({
    target: targetOf(hook),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ v: 1, job: jobId, keys: keys.map(writtenKey) }),
    ...{ timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES },
    ...(signal === undefined ? {} : { signal }),
  });
  if (posted.state === 'failed') {
    return { state: posted.isSent ? 'unknown' : 'unsent', why: `The hook: ${posted.why}` };
  }
  if (posted.status !== 200) return refusalOf(posted.status);
  const outcomes = answerSchema.safeParse(parseJson(posted.body.toString('utf8')));
  if (!outcomes.success || outcomes.data.results.length !== keys.length) {
    return { state: 'unknown', why: 'The hook answers, but not with one result for each key.' };
  }
  const { results } = outcomes.data;
  const reason =
    results.find(({ state, reason }) => state === 'failed' && reason !== undefined)?.reason ?? '';
  return { state: 'answered', outcomes: results.map(({ state }) => state), reason };
}

/** Text where it is text; base64 where it is not. */
function writtenKey(key: Buffer): { readonly text: string } | { readonly base64: string } {
  return isUtf8(key) ? { text: key.toString('utf8') } : { base64: key.toString('base64') };
}

function refusalOf(status: number): PostedKeys {
  if (status === 429 || status === 503) {
    return { state: 'refused', isFinal: false, why: `The hook has no room now (HTTP ${status}).` };
  }
  // It may have failed halfway.
  if (status >= 500) return { state: 'unknown', why: `The hook fails (HTTP ${status}).` };
  const why =
    status === 401 || status === 403
      ? `The hook refuses our secret (HTTP ${status}): CACHESCOPE_WARM_HOOK_SECRET or --warm-hook-secret-file.`
      : `The hook answers with HTTP ${status}.`;
  return { state: 'refused', isFinal: true, why };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function targetOf({ url }: WarmHook): ScrapeTarget {
  return {
    ...{ id: targetId(url, null), url, origin: 'configuration', foundBy: '' },
    ...{ labels: noLabels, access: noAccess, connectTo: null, ranges: null },
  };
}

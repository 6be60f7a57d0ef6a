import { z } from 'zod';
import { type PrometheusAccess, readAuthorization } from './prometheusAccess.ts';
import { PrometheusProblem } from './prometheusProblem.ts';

/** One series of an answer at one moment. */
export interface VectorSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface QueryAnswer {
  readonly samples: readonly VectorSample[];
  /** What the server itself warns of, such as that a part of it did not answer. */
  readonly warnings: readonly string[];
}

export interface QueryOptions {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

const SHOWN_CHARACTERS = 200;

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
  warnings: z.array(z.string()).default([]),
});

const refusalSchema = z.object({ status: z.literal('error'), error: z.string() });

/**
 * An instant query through Prometheus's HTTP API, which Mimir, Thanos and VictoriaMetrics have as well. Throws a
 * `PrometheusProblem`, or what fetch threw. Follows no redirect, so that credentials go nowhere else.
 * Source: prometheus.io/docs/prometheus/latest/querying/api.
 */
export async function queryPrometheus(
  query: string,
  access: PrometheusAccess,
  { signal, maxBytes }: QueryOptions,
): Promise<QueryAnswer> {
  const authorization = await readAuthorization(access);
  const response = await fetch(new URL('api/v1/query', withSlash(access.url)), {
    method: 'POST',
    body: new URLSearchParams({ query }),
    headers: { accept: 'application/json', ...(authorization === null ? {} : { authorization }) },
    redirect: 'manual',
    signal,
  });
  const text = await readBody(response, maxBytes);
  const content = parseJson(text);
  checkAnswer(response, content);
  const answer = answerSchema.safeParse(content);
  if (!answer.success)
    throw new PrometheusProblem('It answers with JSON that is not of the API of Prometheus.');
  return {
    samples: answer.data.data.result.map(({ metric, value }) => ({
      labels: metric,
      value: toNumber(value[1]),
    })),
    warnings: answer.data.warnings.map(shorten),
  };
}

/** Without it, the last part of a path would be replaced. */
function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function checkAnswer({ status }: Response, content: unknown): void {
  if (status >= 300 && status < 400) {
    throw new PrometheusProblem(
      `It redirects (HTTP ${status}); redirects are not followed. Give the final address.`,
    );
  }
  if (status === 401 || status === 403) {
    throw new PrometheusProblem(`It refuses our credentials (HTTP ${status}).`);
  }
  const refusal = refusalSchema.safeParse(content);
  if (refusal.success) throw new PrometheusProblem(`It refuses the query: ${shorten(refusal.data.error)}`);
  if (status === 404) {
    throw new PrometheusProblem(
      'It has no api/v1/query (HTTP 404). The address must be that of a Prometheus server.',
    );
  }
  if (status !== 200) throw new PrometheusProblem(`It answers with HTTP ${status}.`);
  if (content === undefined)
    throw new PrometheusProblem('It does not answer with JSON, as a Prometheus server does.');
}

async function readBody(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of response.body ?? []) {
    byteCount += chunk.length;
    // Leaving the loop ends the response.
    if (byteCount > maxBytes) {
      throw new PrometheusProblem(
        `Its answer is larger than ${maxBytes / 1024 / 1024} MB. Limit it with --prometheus-match.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Prometheus writes `+Inf`; neither infinity nor NaN is a count. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function shorten(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

import { CacheError } from '#cache/cacheError.ts';

/** What a span is used for here; the `Span` of @opentelemetry/api 1.10 is one. */
export interface CacheSpan {
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { code: 2 }): unknown;
  end(): void;
}

/** What is needed of a tracer; the `Tracer` of @opentelemetry/api 1.10 is one. */
export interface CacheTracer {
  startActiveSpan<Result>(
    name: string,
    options: { attributes: Record<string, string> },
    work: (span: CacheSpan) => Result,
  ): Result;
}

/** Attributes say whose and which kind of entry it is, and never name a key, a tag or a value. */
export interface SpanShape {
  readonly name: 'cache.get' | 'cache.load' | 'cache.set' | 'cache.invalidate';
  readonly attributes: Record<string, string>;
}

export type SpanShapes = Readonly<Record<'get' | 'load' | 'set' | 'invalidate', SpanShape>>;

/** OpenTelemetry's `SpanStatusCode.ERROR`. */
const ERROR_STATUS = 2;

/** The spans of one family, made once: `cache.service` and `cache.pattern` are the labels of its metrics. */
export function prepareSpans(service: string, pattern: string): SpanShapes {
  const attributes = { 'cache.service': service, 'cache.pattern': pattern };
  return {
    get: { name: 'cache.get', attributes },
    load: { name: 'cache.load', attributes },
    set: { name: 'cache.set', attributes },
    invalidate: { name: 'cache.invalidate', attributes },
  };
}

/**
 * Runs the work within a span, which is that of whatever the work begins. The work says what came of it as `cache.result`; of
 * an error only its code or name is noted, since messages may name keys. Without a tracer it is a call of the work.
 */
export function traced<Result>(
  tracer: CacheTracer | null,
  shape: SpanShape,
  work: (span: CacheSpan | null) => Promise<Result>,
): Promise<Result> {
  if (tracer === null) return work(null);
  return tracer.startActiveSpan(shape.name, { attributes: shape.attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setAttribute('error.type', typeOf(error));
      span.setStatus({ code: ERROR_STATUS });
      throw error;
    } finally {
      span.end();
    }
  });
}

function typeOf(error: unknown): string {
  if (error instanceof CacheError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

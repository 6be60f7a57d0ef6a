import { describe, expect, it } from 'vitest';
import { CacheError } from '#cache/cacheError.ts';
import { type CacheSpan, type CacheTracer, prepareSpans, traced } from '#cache/metrics/traced.ts';

interface Noted {
  readonly name: string;
  readonly attributes: Record<string, string>;
  hasFailed: boolean;
  hasEnded: boolean;
}

/** A tracer that notes its spans. */
function openTracer(): CacheTracer & { readonly noted: Noted[] } {
  const noted: Noted[] = [];
  return {
    noted,
    startActiveSpan: (name, { attributes }, work) => {
      const one: Noted = { name, attributes: { ...attributes }, hasFailed: false, hasEnded: false };
      noted.push(one);
      const span: CacheSpan = {
        setAttribute: (attribute, value) => {
          one.attributes[attribute] = value;
        },
        setStatus: ({ code }) => {
          one.hasFailed = code === 2;
        },
        end: () => {
          one.hasEnded = true;
        },
      };
      return work(span);
    },
  };
}

const spans = prepareSpans('shop', 'shop:product:{id}');
const own = { 'cache.service': 'shop', 'cache.pattern': 'shop:product:{id}' };

describe('work within a span', () => {
  it('gives its result, and the span has what it said and an end', async () => {
    const tracer = openTracer();
    const value = await traced(tracer, spans.get, async (span) => {
      span?.setAttribute('cache.result', 'hit');
      return 7;
    });
    expect(value).toBe(7);
    expect(tracer.noted).toEqual([
      { name: 'cache.get', attributes: { ...own, 'cache.result': 'hit' }, hasFailed: false, hasEnded: true },
    ]);
  });

  it('that fails rejects with its own error, of which the span has the code and not the message', async () => {
    const tracer = openTracer();
    const error = new CacheError('loadTimeout', 'shop:product:secret took too long', { key: 'secret' });
    await expect(traced(tracer, spans.load, () => Promise.reject(error))).rejects.toBe(error);
    expect(tracer.noted).toEqual([
      {
        name: 'cache.load',
        attributes: { ...own, 'error.type': 'loadTimeout' },
        hasFailed: true,
        hasEnded: true,
      },
    ]);
  });

  it('of a second call has nothing of the first', async () => {
    const tracer = openTracer();
    await traced(tracer, spans.set, async (span) => span?.setAttribute('cache.result', 'stored'));
    await traced(tracer, spans.set, async () => {});
    expect(tracer.noted.at(-1)?.attributes).toEqual(own);
  });

  it('is nothing but the work without a tracer', async () => {
    const promise = Promise.resolve(7);
    expect(traced(null, spans.get, () => promise)).toBe(promise);
  });
});

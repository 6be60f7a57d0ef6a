import type { PageProblem } from '../../pageProblem.ts';
import type { ScrapeTarget } from '../scrapeTarget.ts';
import { describeTlsFailure } from './describeTlsFailure.ts';
import { ScrapeProblem } from './scrape.ts';

/** What made a scrape fail, for an operator; no secret of the request is in it. */
export function describeFailure(thrown: unknown, target: ScrapeTarget): PageProblem {
  if (thrown instanceof ScrapeProblem) return { fault: thrown.fault, text: thrown.message };
  const error = firstOf(thrown);
  const code = error !== null && 'code' in error ? String(error.code) : '';
  const tls = error === null ? null : describeTlsFailure(error, code, target);
  if (tls !== null) return { fault: 'tls', text: tls };
  if (/^(HPE_|ERR_HTTP)/.test(code))
    return { fault: 'notMetrics', text: `It does not speak HTTP (${code}).` };
  if (/^(Z_|ERR_STREAM)/.test(code)) {
    return { fault: 'encoding', text: `Its page cannot be unpacked (${code}).` };
  }
  return {
    fault: 'unreachable',
    text: code === '' ? 'It cannot be reached.' : `It cannot be reached (${code}).`,
  };
}

/** Several addresses may have been tried, each with an error of its own. */
function firstOf(thrown: unknown): Error | null {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return firstOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown : null;
}

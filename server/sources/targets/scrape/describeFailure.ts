import type { PageProblem } from '../../pageProblem.ts';
import { ScrapeProblem } from './scrape.ts';

/** What made a scrape fail, for an operator; nothing of the request is in it. */
export function describeFailure(error: unknown): PageProblem {
  if (error instanceof ScrapeProblem) return { fault: error.fault, text: error.message };
  const code = codeOf(error);
  if (/^(HPE_|ERR_HTTP)/.test(code))
    return { fault: 'notMetrics', text: `It does not speak HTTP (${code}).` };
  if (/^(Z_|ERR_STREAM)/.test(code)) {
    return { fault: 'encoding', text: `Its page cannot be unpacked (${code}).` };
  }
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code)) {
    return { fault: 'tls', text: `Its certificate is not accepted, or it does not speak TLS (${code}).` };
  }
  return {
    fault: 'unreachable',
    text: code === '' ? 'It cannot be reached.' : `It cannot be reached (${code}).`,
  };
}

function codeOf(error: unknown): string {
  // Several addresses were tried, each with an error of its own.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

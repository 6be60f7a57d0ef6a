import type { ScrapeFault } from '#shared/scrape/scrapeFault.ts';
import { MAX_LINE_BYTES, type PageCounts } from './expositionReader.ts';

export interface PageProblem {
  readonly fault: ScrapeFault;
  /** A sentence for an operator. */
  readonly text: string;
}

/** What of a page could not be read; null when everything was. The gravest comes first, the others follow in the text. */
export function pageProblem(counts: PageCounts): PageProblem | null {
  const { malformedCount, firstMalformed, longCount, invalidUtf8Count } = counts;
  const problems: PageProblem[] = [];
  if (malformedCount > 0) {
    problems.push({
      fault: 'unreadableLines',
      text: `${lines(malformedCount)} could not be read; the first is line ${firstMalformed}.`,
    });
  }
  if (longCount > 0) {
    const are = longCount === 1 ? 'is' : 'are';
    problems.push({
      fault: 'longLines',
      text: `${lines(longCount)} ${are} longer than ${MAX_LINE_BYTES / 1_024} KB.`,
    });
  }
  if (invalidUtf8Count > 0) {
    const are = invalidUtf8Count === 1 ? 'is' : 'are';
    problems.push({ fault: 'invalidUtf8', text: `${lines(invalidUtf8Count)} ${are} not UTF-8.` });
  }
  const [first] = problems;
  return first === undefined
    ? null
    : { fault: first.fault, text: problems.map(({ text }) => text).join(' ') };
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}

import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDateTime, formatDuration } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';

export type AuditStatus = RouterOutputs['audit']['status'];

export interface ChainText {
  readonly tone: 'calm' | 'unknown' | 'bad';
  readonly text: string;
}

/** What is known of the chain of entries, in a sentence. */
export function prepareChain({ check: { last } }: AuditStatus): ChainText {
  if (last === null)
    return { tone: 'unknown', text: 'The chain was not verified since this server started.' };
  const { verdict, problem, endedAtMs, tookMs } = last;
  const when = formatDateTime(endedAtMs);
  if (verdict === null) return { tone: 'bad', text: `The log could not be verified, ${when}: ${problem}` };
  if (verdict.fault !== null) {
    const { lineNumber, problem: what } = verdict.fault;
    return {
      tone: 'bad',
      text: `The log is not as it was written, from line ${formatCount(lineNumber)} on. ${what} Found ${when}.`,
    };
  }
  if (verdict.head === null) return { tone: 'calm', text: `The log is empty, ${when}.` };
  return {
    tone: 'calm',
    text: `Chain verified up to no. ${formatCount(verdict.head.sequence)}, ${when}, in ${formatDuration(tookMs)}.`,
  };
}

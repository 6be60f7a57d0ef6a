import type { JobWaits } from './jobHold.ts';

/** In a sentence; empty when the job never waited. */
export function describeWaits({ count, totalMs, lastText }: JobWaits): string {
  if (count === 0) return '';
  const times = count === 1 ? 'once' : `${count} times`;
  return `It waited ${times}, ${Math.round(totalMs / 1_000)} s in all. The last time: ${lastText}`;
}

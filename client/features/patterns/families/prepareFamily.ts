import { formatCompact, formatCount } from '#client/lib/formatNumber.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';

export type Preview = RouterOutputs['patterns']['previewFamily'];

/** `These 37 patterns with ~12K keys become one.` */
export function previewText({ mergedCount, keyCount, lookedAtCount }: Preview): string {
  const of = `of the ${formatCount(lookedAtCount)} patterns in the last sample`;
  if (mergedCount === 0) return `No example key ${of} matches.`;
  const keys = `~${formatCompact(Math.round(keyCount))} keys`;
  if (mergedCount === 1) return `One pattern with ${keys} gets this name, ${of}.`;
  return `These ${formatCount(mergedCount)} patterns with ${keys} become one, ${of}.`;
}

/** As it stands in the JSON file; other templates go beside it in the list. */
export function configLine(template: string): string {
  return `"patterns": [${JSON.stringify(template)}]`;
}

import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import { LARGER_BYTES, PREDICATE_SPAN_MS } from '#shared/acting/purgeLimits.ts';
import type { ValueFormat } from '#shared/look/valueFormat.ts';

/** What keys must be besides being named so, as it stands in the form; empty = it does not matter. */
export interface ConditionDraft {
  readonly isWithoutTtl: boolean;
  readonly isNeverRead: boolean;
  readonly larger: string;
  readonly older: string;
  readonly idle: string;
  readonly format: ValueFormat | '';
}

export const NO_CONDITIONS: ConditionDraft = {
  ...{ isWithoutTtl: false, isNeverRead: false, larger: '', older: '', idle: '', format: '' },
};

type Conditions =
  | { readonly state: 'ready'; readonly where: readonly KeyPredicate[] }
  | { readonly state: 'incomplete'; readonly missing: string };

/** The conditions that the form asks for, or what of it is not understood. */
export function prepareConditions(draft: ConditionDraft): Conditions {
  const thanBytes = parseAmount(draft.larger, sizeUnits);
  const thanMs = parseAmount(draft.older, timeUnits);
  const forMs = parseAmount(draft.idle, timeUnits);
  if (!isWithin(thanBytes, LARGER_BYTES)) return missing('A size is a number and B, KiB or MiB: 64 KiB.');
  if (!isWithin(thanMs, PREDICATE_SPAN_MS) || !isWithin(forMs, PREDICATE_SPAN_MS)) {
    return missing('A time is a number and s, min, h or d: 30 min.');
  }
  const where: KeyPredicate[] = [];
  if (draft.isWithoutTtl) where.push({ is: 'withoutTtl' });
  if (typeof thanBytes === 'number') where.push({ is: 'larger', thanBytes });
  if (draft.format !== '') where.push({ is: 'format', format: draft.format });
  if (draft.isNeverRead) where.push({ is: 'neverRead' });
  if (typeof thanMs === 'number') where.push({ is: 'older', thanMs });
  if (typeof forMs === 'number') where.push({ is: 'idle', forMs });
  return { state: 'ready', where };
}

function missing(text: string): Conditions {
  return { state: 'incomplete', missing: text };
}

const sizeUnits: Readonly<Record<string, number>> = { b: 1, kib: 1_024, mib: 1_048_576 };
const timeUnits: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Null = nothing stands there; NaN = what stands there is no amount. */
function parseAmount(text: string, units: Readonly<Record<string, number>>): number | null {
  if (text.trim() === '') return null;
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  return Math.round(Number(number) * (units[unit.toLowerCase()] ?? Number.NaN));
}

function isWithin(amount: number | null, { least, most }: { least: number; most: number }): boolean {
  return amount === null || (amount >= least && amount <= most);
}

import type { EntryName } from './entryName.ts';
import type { WarmPlan } from './warmerOptions.ts';

export interface CollectedEntries {
  readonly entries: readonly EntryName[];
  /** The list went on past `maxCount`. */
  readonly isCut: boolean;
}

/** The list of a warmer; null when the signal came first. Rejects with what the list threw. */
export async function collectEntries(
  { list, maxCount }: Pick<WarmPlan, 'list' | 'maxCount'>,
  signal: AbortSignal,
): Promise<CollectedEntries | null> {
  const aborted = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const collecting = collect();
  // A list that fails after nobody waits for it is nobody's failure.
  collecting.catch(() => {});
  return Promise.race([collecting, aborted]);

  async function collect(): Promise<CollectedEntries | null> {
    const entries: EntryName[] = [];
    for await (const entry of await list(signal)) {
      if (signal.aborted) return null;
      if (entries.length === maxCount) return { entries, isCut: true };
      entries.push(entry);
    }
    return { entries, isCut: false };
  }
}

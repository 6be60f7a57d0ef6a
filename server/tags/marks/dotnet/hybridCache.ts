import { markLayout } from '../markLayout.ts';
import { readHashMark } from '../readMark.ts';
import { msOfTicks } from './dotnetTicks.ts';

const REFUSAL =
  'Each process of HybridCache reads the mark of a tag once and never again, so that a purge from outside does not reach running processes. Call RemoveByTagAsync in the application, or restart it.';

/** Microsoft's HybridCache over StackExchange.Redis: `__MSFT_HCT__{tag}`, a hash whose `data` is the ticks of the last invalidation. */
export const hybridCache = markLayout({
  id: 'hybridCache',
  name: 'HybridCache',
  markType: 'hash',
  refusal: REFUSAL,
  reach: REFUSAL,
  async read(connection, { tagKey }) {
    const data = (await readHashMark(connection, tagKey))?.get('data');
    if (data?.length !== 8) return null;
    return {
      state: { kind: 'time', atMs: msOfTicks(data.readBigInt64LE()) },
      refusal: REFUSAL,
      prepare: () => Promise.reject(new Error(REFUSAL)),
    };
  },
  shellLines: () => [],
});

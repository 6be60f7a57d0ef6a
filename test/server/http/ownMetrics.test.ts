import { expect, it } from 'vitest';
import { createOwnMetrics } from '#server/http/ownMetrics.ts';

it('what has not been read yet is no number: age and sample are NaN, not zero', async () => {
  const text = await createOwnMetrics(
    () => ({ hits: 0, misses: 0 }),
    () => ({ isWritable: false, headSequence: null, isIntact: null }),
  ).text();
  for (const name of ['redis_data_age_seconds', 'sampled_keys', 'patterns', 'audit_chain_intact']) {
    expect(text).toMatch(new RegExp(`^cachescope_${name} Nan$`, 'im'));
  }
});

import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';

/** What the page of invalidations says of each instance since it began, by its name. */
export async function readInvalidations(serverUrl: string) {
  const { instances } = await apiClient(serverUrl).invalidation.get.query({
    ...{ targetId: DEFAULT_TARGET_ID, range: { last: '15m' }, service: null },
  });
  return new Map(instances.map((row) => [row.instance, row.total]));
}

import { createCache, family } from '#cache/cache.ts';
import type { ReadOptions, ServiceSurroundings, ShopService } from './shopService.ts';

const PROFILE_TTL_SECONDS = 3_600;
const RECOMMENDATIONS_TTL_SECONDS = 900;

/** A visitor's session, half a day, or a month for those who stay signed in. */
const SESSION_TTLS_SECONDS = [1_200, 43_200, 2_592_000];

export interface UserService extends ShopService {
  readProfile(userId: number, options?: ReadOptions): Promise<unknown>;
  readRecommendations(userId: number, locale: string, options?: ReadOptions): Promise<unknown>;
  readSession(userId: number): Promise<unknown>;
  changeUser(userId: number): Promise<void>;
}

export function startUser({ redis, source, ledger, random }: ServiceSurroundings): UserService {
  const cache = createCache({
    redis,
    service: 'user',
    version: '2.9.1',
    random,
    families: {
      profile: family({
        key: 'profile:{userId}',
        ttlSeconds: PROFILE_TTL_SECONDS,
        load: async ({ userId }) => ledger.stamp(await source.readUser(Number(userId))),
        tags: ({ userId }) => [`user:${userId}`],
      }),
      recommendations: family({
        key: 'recs:{userId}:{locale}',
        ttlSeconds: RECOMMENDATIONS_TTL_SECONDS,
        load: async ({ userId }) => ledger.stamp({ ids: await source.readRecommendations(Number(userId)) }),
        tags: ({ userId }) => [`user:${userId}`, 'recs'],
      }),
      session: family({
        key: 'session:{sessionId}',
        ttlSeconds: 1_200,
        load: async ({ sessionId }) => ledger.stamp({ sessionId, basket: [] }),
      }),
    },
  });
  return {
    name: 'user',
    readProfile: (userId, { ttlRatio = 1 } = {}) =>
      ledger.watch(cache.profile.pattern, () =>
        cache.profile.get({ userId }, { ttlSeconds: PROFILE_TTL_SECONDS * ttlRatio }),
      ),
    readRecommendations: (userId, locale, { ttlRatio = 1 } = {}) =>
      ledger.watch(cache.recommendations.pattern, () =>
        cache.recommendations.get({ userId, locale }, { ttlSeconds: RECOMMENDATIONS_TTL_SECONDS * ttlRatio }),
      ),
    readSession: (userId) => {
      const sessionId = Math.imul(userId, 0x9e3779b1) >>> 0;
      const ttlSeconds = SESSION_TTLS_SECONDS[userId % SESSION_TTLS_SECONDS.length] ?? 1_200;
      return ledger.watch(cache.session.pattern, () =>
        cache.session.get({ sessionId: sessionId.toString(16).padStart(8, '0').repeat(4) }, { ttlSeconds }),
      );
    },
    changeUser: async (userId) => void (await cache.invalidateTag(`user:${userId}`)),
    metrics: () => cache.metrics(),
    close: () => cache.close(),
  };
}

import { createCache, family } from '#cache/cache.ts';
import { locales } from '#demo/source/assortment.ts';
import type { UserRow } from '#demo/source/shopDatabase.ts';
import { type ReadOptions, type ServiceSurroundings, type ShopService, usualOptions } from './shopService.ts';

const PROFILE_TTL_SECONDS = 3_600;
const RECOMMENDATIONS_TTL_SECONDS = 900;

/** A visitor's session, half a day, or a month for those who stay signed in. */
const SESSION_TTLS_SECONDS = [1_200, 43_200, 2_592_000];

/** Above the usual 1, since even a busy user asks only every second or so, and the load takes 60 ms. */
const EARLY_REFRESH_BETA = 10;

export interface UserService extends ShopService {
  readProfile(userId: number, options?: ReadOptions): Promise<unknown>;
  /** The profile by the e-mail address of the user. */
  signIn(userId: number): Promise<unknown>;
  readRecommendations(userId: number, locale: string, options?: ReadOptions): Promise<unknown>;
  readSession(userId: number): Promise<unknown>;
  /** The visitor changes e-mail address or language, and sees it at once. */
  changeProfile(userId: number): Promise<unknown>;
  /** The back office drops all that is kept of a user. */
  changeUser(userId: number): Promise<void>;
}

export function startUser(around: ServiceSurroundings): UserService {
  const { source, ledger, random } = around;
  const cache = openUserCache(around);
  const readProfile = (userId: number, { ttlRatio = 1 }: ReadOptions = {}) =>
    ledger.watch(cache.profile.pattern, () =>
      cache.profile.get({ userId }, { ttlSeconds: PROFILE_TTL_SECONDS * ttlRatio }),
    );
  return {
    name: 'user',
    readProfile,
    signIn: (userId) =>
      ledger.watchFound({ byKey: 'user:profile-by-email:{email}', entry: cache.profile.pattern }, () =>
        cache.profile.getBy.byEmail({ email: source.emailOf(userId) }),
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
    changeProfile: async (userId) => {
      const profile = await readProfile(userId);
      return cache.profile.put({ userId }, ledger.stamp(changedProfile(profile, random)));
    },
    changeUser: async (userId) => void (await cache.invalidateTag(`user:${userId}`)),
    metrics: () => cache.metrics(),
    commandHandler: () => cache.commandHandler(),
    close: () => cache.close(),
  };
}

function openUserCache(around: ServiceSurroundings) {
  const { source, ledger } = around;
  return createCache({
    ...usualOptions(around),
    service: 'user',
    version: '2.9.1',
    families: {
      profile: family({
        key: 'profile:{userId}',
        ttlSeconds: PROFILE_TTL_SECONDS,
        load: async ({ userId }) => ledger.stamp(await source.readUser(Number(userId))),
        write: (_, profile) => source.writeUser(profile),
        tags: ({ userId }) => [`user:${userId}`],
        primaryFields: ({ id }) => ({ userId: id }),
        lookups: {
          byEmail: {
            key: 'profile-by-email:{email}',
            fieldsOf: ({ email }) => ({ email }),
            load: async ({ email }) => {
              const found = await source.findUserByEmail(String(email));
              return found && ledger.stampFound(found);
            },
          },
        },
      }),
      recommendations: family({
        key: 'recs:{userId}:{locale}',
        ttlSeconds: RECOMMENDATIONS_TTL_SECONDS,
        earlyRefreshBeta: EARLY_REFRESH_BETA,
        load: async ({ userId }) => ledger.stamp({ ids: await source.readRecommendations(Number(userId)) }),
        tags: ({ userId }) => [`user:${userId}`, 'recs'],
        owner: ({ userId }) => userId,
      }),
      session: family({
        key: 'session:{sessionId}',
        ttlSeconds: 1_200,
        load: async ({ sessionId }) => ledger.stamp({ sessionId, basket: [] }),
      }),
    },
  });
}

function changedProfile(profile: UserRow, random: () => number): UserRow {
  if (random() < 0.5) return { ...profile, locale: locales[Math.floor(random() * locales.length)] ?? 'en' };
  const [name = '', domain] = profile.email.split('@');
  return { ...profile, email: `${name}@${domain === 'example.com' ? 'example.org' : 'example.com'}` };
}

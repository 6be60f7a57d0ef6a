import type { Way } from '#server/access/access.ts';
import { isLoopbackHost } from '#server/config/loopbackHost.ts';

/** Browsers take a cookie of this prefix only over TLS, for this host alone, without a Domain. */
const HOST_PREFIX = '__Host-';
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** How a browser's request reached us, by the origin that it names; no script can make a browser name another one. */
export function wayOf({ origin, host }: { origin: string | undefined; host: string | undefined }): Way {
  const url = origin === undefined ? URL.parse(`http://${host ?? ''}`) : URL.parse(origin);
  if (url?.protocol === 'https:') return 'encrypted';
  return url !== null && isLoopbackHost(url.hostname) ? 'thisMachine' : 'readable';
}

/**
 * The token of our session in a Cookie header; null when there is none, or two, of which one is somebody else's doing.
 * The cookie for TLS wins: one without the prefix can be planted by whoever is on the way.
 */
export function readSessionToken(header: string | undefined, cookieName: string): string | null {
  const cookies = (header ?? '').split(';').map((text) => text.trim());
  for (const name of [`${HOST_PREFIX}${cookieName}`, cookieName]) {
    const values = cookies.flatMap((cookie) =>
      cookie.startsWith(`${name}=`) ? [cookie.slice(name.length + 1)] : [],
    );
    if (values.length === 0) continue;
    const [value = ''] = values;
    return values.length === 1 && TOKEN.test(value) ? value : null;
  }
  return null;
}

/**
 * Set-Cookie for a session; null ends it. No Max-Age: the cookie goes with the browser, and the server ends the session by
 * itself. Path is the whole host, because the prefix demands it, and a server does not know under which path a proxy shows it.
 */
export function sessionCookie(
  token: string | null,
  { cookieName, way }: { cookieName: string; way: Way },
): string {
  const isSecure = way === 'encrypted';
  const name = isSecure ? `${HOST_PREFIX}${cookieName}` : cookieName;
  const life = token === null ? '; Max-Age=0' : '';
  return `${name}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${life}`;
}

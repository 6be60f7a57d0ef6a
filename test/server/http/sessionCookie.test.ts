import { describe, expect, it } from 'vitest';
import { readSessionToken, sessionCookie, wayOf } from '#server/http/sessionCookie.ts';

const TOKEN = 'a'.repeat(43);
const OTHER = 'b'.repeat(43);

describe('the cookie', () => {
  it('over TLS is bound to this host, secure, out of reach of scripts and of other sites', () => {
    expect(sessionCookie(TOKEN, { cookieName: 'cachescope-1', way: 'encrypted' })).toBe(
      `__Host-cachescope-1=${TOKEN}; Path=/; HttpOnly; SameSite=Strict; Secure`,
    );
  });

  it('over plain HTTP lacks only what browsers would refuse there', () => {
    expect(sessionCookie(TOKEN, { cookieName: 'cachescope-1', way: 'thisMachine' })).toBe(
      `cachescope-1=${TOKEN}; Path=/; HttpOnly; SameSite=Strict`,
    );
  });

  it('is taken back by one of the same name', () => {
    expect(sessionCookie(null, { cookieName: 'cachescope-1', way: 'encrypted' })).toBe(
      '__Host-cachescope-1=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0',
    );
  });

  it.each([
    [undefined, null],
    ['', null],
    [`cachescope-1=${TOKEN}`, TOKEN],
    [`other=1; cachescope-1=${TOKEN}; more=2`, TOKEN],
    [`__Host-cachescope-1=${TOKEN}; cachescope-1=${OTHER}`, TOKEN],
    [`cachescope-1=${OTHER}; __Host-cachescope-1=${TOKEN}`, TOKEN],
    [`cachescope-1=${TOKEN}; cachescope-1=${OTHER}`, null],
    [`cachescope-2=${TOKEN}`, null],
    [`xcachescope-1=${TOKEN}`, null],
    [`CACHESCOPE-1=${TOKEN}`, null],
    ['cachescope-1=short', null],
    [`cachescope-1="${TOKEN}"`, null],
    [`__Host-cachescope-1=; cachescope-1=${TOKEN}`, null],
  ])('%j is read as %j', (header, expected) => {
    expect(readSessionToken(header, 'cachescope-1')).toBe(expected);
  });
});

it.each([
  ['https://cache.example', 'cache.example', 'encrypted'],
  ['https://cache.example', '127.0.0.1:7676', 'encrypted'],
  ['http://127.0.0.1:7676', '127.0.0.1:7676', 'thisMachine'],
  ['http://localhost:7676', 'localhost:7676', 'thisMachine'],
  ['http://[::1]:7676', '[::1]:7676', 'thisMachine'],
  ['http://10.0.0.5:7676', '10.0.0.5:7676', 'readable'],
  ['http://localhost.evil.example', 'localhost.evil.example', 'readable'],
  ['null', '127.0.0.1', 'readable'],
  [undefined, '127.0.0.1:7676', 'thisMachine'],
  [undefined, 'cache.example', 'readable'],
  [undefined, undefined, 'readable'],
])('a request of the origin %s to %s comes by the way "%s"', (origin, host, way) => {
  expect(wayOf({ origin, host })).toBe(way);
});

import fastify from 'fastify';
import { expect, test } from 'vitest';
import { registerSecurityHeaders } from '#server/http/securityHeaders.ts';

test('every answer carries the policy of the page, and answers of the API are not stored', async () => {
  await using app = fastify();
  await registerSecurityHeaders(app);
  app.get('/', async () => 'page');
  app.get('/api/x', async () => 'data');
  const page = await app.inject('/');
  expect(page.headers['content-security-policy']).toBe(
    "default-src 'none';script-src 'self';style-src 'self';style-src-attr 'unsafe-inline';img-src 'self' data:;" +
      "font-src 'self';connect-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';" +
      "object-src 'none';require-trusted-types-for 'script'",
  );
  expect(page.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
  });
  expect(page.headers).not.toHaveProperty('strict-transport-security');
  expect(page.headers).not.toHaveProperty('access-control-allow-origin');
  expect((await app.inject('/api/x')).headers['cache-control']).toBe('no-store');
});

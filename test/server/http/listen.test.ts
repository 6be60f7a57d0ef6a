import { createServer } from 'node:http';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { listen } from '#server/http/listen.ts';

test('says which port is taken and what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const app = fastify();
  await expect(listen(app, { host: '127.0.0.1', port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program. Choose another with --port`,
  );
  await app.close();
  other.close();
});

test('returns the address with the port that was free', async () => {
  const app = fastify();
  expect(await listen(app, { host: '127.0.0.1', port: 0 })).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await app.close();
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAuthorization } from '#server/sources/prometheus/prometheusAccess.ts';

const nothing = {
  url: 'http://127.0.0.1:9090',
  username: null,
  password: null,
  passwordFile: null,
  token: null,
  tokenFile: null,
};

async function secretFile(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-secret-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'secret');
  await writeFile(path, text);
  return path;
}

test('without credentials there is no header', async () => {
  expect(await readAuthorization(nothing)).toBeNull();
});

test('user and password go as Basic, from the text or from a file', async () => {
  const basic = `Basic ${Buffer.from('ada:s3cret').toString('base64')}`;
  expect(await readAuthorization({ ...nothing, username: 'ada', password: 's3cret' })).toBe(basic);
  const passwordFile = await secretFile('s3cret\n');
  expect(await readAuthorization({ ...nothing, username: 'ada', passwordFile })).toBe(basic);
});

test('a token goes as Bearer, and a file is read again each time', async () => {
  expect(await readAuthorization({ ...nothing, token: 't0ken' })).toBe('Bearer t0ken');
  const tokenFile = await secretFile('t0ken\n');
  expect(await readAuthorization({ ...nothing, tokenFile })).toBe('Bearer t0ken');
  await writeFile(tokenFile, 'rotated');
  expect(await readAuthorization({ ...nothing, tokenFile })).toBe('Bearer rotated');
});

test('a file that cannot be read, or holds several lines, is named without its content', async () => {
  await expect(readAuthorization({ ...nothing, tokenFile: '/nowhere/token' })).rejects.toThrow(
    '/nowhere/token with its credentials cannot be read.',
  );
  const tokenFile = await secretFile('s3cret\nsecond');
  const failure = await readAuthorization({ ...nothing, tokenFile }).catch(String);
  expect(failure).toContain(`${tokenFile} does not hold one line`);
  expect(failure).not.toContain('s3cret');
});

import { expect, it } from 'vitest';
import { runCli } from '#server/cli/runCli.ts';
import { openLoginServer } from '#test/support/access/openLoginServer.ts';
import { PASSWORD } from '#test/support/access/openTestLogins.ts';

async function run(words: readonly string[], password: string | null = PASSWORD) {
  const said: string[] = [];
  const asked: string[] = [];
  const code = await runCli(words, {
    print: (text) => said.push(text),
    printError: (text) => said.push(text),
    dataDirectory: null,
    readPassword: async (name) => {
      asked.push(name);
      return password;
    },
  });
  return { code, said: said.join('\n'), asked };
}

it('logs in for one command and out again', async () => {
  await using server = await openLoginServer();
  const { code, said } = await run(['patterns', '--json', '--user', 'ada', '--url', server.url]);
  expect(said).toContain('"rows"');
  expect(code).toBe(0);
  const { data } = await server.ask('audit.list', {
    cookie: server.adminCookie,
    isQuery: true,
    input: { targetId: 'default', limit: 2 },
  });
  expect(data).toMatchObject({
    entries: [
      { actor: 'ada', action: 'login', outcome: 'logged out' },
      { actor: 'ada', action: 'login', outcome: 'logged in from 127.0.0.1' },
    ],
  });
});

it('says how to log in when nobody was named', async () => {
  await using server = await openLoginServer();
  const { code, said, asked } = await run(['patterns', '--url', server.url]);
  expect(said).toContain('Say who you are with --user NAME.');
  expect({ code, asked }).toEqual({ code: 1, asked: [] });
});

it('tells a wrong password apart from a missing one', async () => {
  await using server = await openLoginServer();
  const words = ['patterns', '--user', 'ada', '--url', server.url];
  expect((await run(words, 'wrong horse battery')).said).toContain('The name or the password is wrong.');
  expect((await run(words, null)).said).toContain('set CACHESCOPE_PASSWORD');
});

it('sends no password to another machine in the clear, and does not even ask for it', async () => {
  const { code, said, asked } = await run(['patterns', '--user', 'ada', '--url', 'http://cache.example']);
  expect(said).toContain('No password is sent to http://cache.example');
  expect({ code, asked }).toEqual({ code: 1, asked: [] });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { appRouter } from '#server/api/appRouter.ts';
import { type Role, roleAllows, roles } from '#shared/roles.ts';
import { openLoginServer } from '#test/support/access/openLoginServer.ts';
import { PASSWORD } from '#test/support/access/openTestLogins.ts';

/** Who may call what. A new procedure has to be added here, by somebody who has thought about it. */
const needs: Record<string, Role | 'nothing'> = {
  'access.me': 'nothing',
  'access.login': 'nothing',
  'access.claimFirstAdmin': 'nothing',
  'access.logout': 'viewer',
  'access.logoutEverywhere': 'viewer',
  'access.changePassword': 'viewer',
  'access.users.list': 'admin',
  'access.users.add': 'admin',
  'access.users.setRole': 'admin',
  'access.users.setPassword': 'admin',
  'access.users.remove': 'admin',
  'status.get': 'viewer',
  'overview.get': 'viewer',
  'patterns.list': 'viewer',
  'patterns.table': 'viewer',
  'patterns.heatMap': 'viewer',
  'patterns.origins': 'viewer',
  'patterns.previewFamily': 'viewer',
  'patterns.detail': 'viewer',
  'patterns.look': 'inspector',
  'ttl.get': 'viewer',
  'nodes.get': 'viewer',
  'resilience.get': 'viewer',
  'warming.get': 'viewer',
  'invalidation.get': 'viewer',
  'letters.list': 'viewer',
  'letters.read': 'inspector',
  'warming.runs': 'viewer',
  'tags.list': 'viewer',
  'tags.detail': 'viewer',
  'keys.find': 'viewer',
  'keys.inspect': 'viewer',
  'keys.readValue': 'inspector',
  'keys.compare': 'operator',
  'tags.readMark': 'viewer',
  'jobs.get': 'viewer',
  'jobs.list': 'viewer',
  'jobs.planPurge': 'operator',
  'jobs.planUndo': 'operator',
  'jobs.planMark': 'operator',
  'jobs.planRepair': 'operator',
  'jobs.planWarm': 'operator',
  'jobs.planLetters': 'operator',
  'jobs.planProbe': 'operator',
  'jobs.start': 'operator',
  'jobs.cancel': 'operator',
  'jobs.load': 'viewer',
  'jobs.pause': 'operator',
  'jobs.resume': 'operator',
  'approvals.ask': 'operator',
  'approvals.approve': 'operator',
  'approvals.decline': 'operator',
  'approvals.withdraw': 'operator',
  'approvals.list': 'viewer',
  'approvals.get': 'viewer',
  'audit.list': 'viewer',
  'audit.status': 'viewer',
  'audit.check': 'viewer',
  'live.events': 'viewer',
};

/** tRPC's type of the table is a tree; the table itself is flat. */
const procedureSchema = z.custom<{ _def: { type: string; meta?: { needs: string } } }>(
  (value) => typeof value === 'function',
);
const procedures = Object.entries(z.record(z.string(), procedureSchema).parse(appRouter._def.procedures));

it('every procedure stands in the table above with what it declares, and nothing else does', () => {
  const declared = procedures.map(([path, procedure]) => [path, procedure._def.meta?.needs]);
  expect(Object.fromEntries(declared)).toEqual(needs);
});

let dataDirectory: string;
let server: Awaited<ReturnType<typeof openLoginServer>>;
const cookies = new Map<Role, string>();

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'cachescope-roles-'));
  server = await openLoginServer({ dataDirectory });
  for (const role of roles) {
    await server.ask('access.users.add', {
      cookie: server.adminCookie,
      input: { name: `the-${role}`, role, password: PASSWORD },
    });
    cookies.set(role, (await server.login(`the-${role}`)).cookie ?? '');
  }
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** With input that none accepts, so that nothing happens where the door is open. */
function ask(path: string, type: string, cookie: string | null) {
  return server.ask(path, { cookie, input: { 'no such field': 1 }, isQuery: type !== 'mutation' });
}

const harmless = procedures.filter(([path]) => !path.startsWith('access.logout'));

describe.each(harmless)('%s', (path, procedure) => {
  const needed = needs[path] ?? 'nothing';

  it('is closed to whoever has not logged in', async () => {
    const answer = await ask(path, procedure._def.type, null);
    if (needed === 'nothing') expect(answer.status).not.toBe(401);
    else expect(answer).toMatchObject({ status: 401, appCode: 'notLoggedIn', data: undefined });
  });

  it.each(roles)('is open to the %s by role alone', async (role) => {
    const answer = await ask(path, procedure._def.type, cookies.get(role) ?? '');
    if (needed === 'nothing' || roleAllows(role, needed)) {
      expect(answer.appCode).not.toBe('notAllowed');
      expect(answer.status).not.toBe(401);
    } else {
      expect(answer).toMatchObject({ status: 403, appCode: 'notAllowed', data: undefined });
      expect(answer.message).toBe(`This needs the role ${needed}; you are ${role}.`);
    }
  });
});

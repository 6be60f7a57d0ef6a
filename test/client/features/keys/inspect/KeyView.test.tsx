// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { KeyView } from '#client/features/keys/inspect/KeyView.tsx';
import { AccessContext, type Me } from '#client/lib/access/accessContext.ts';
import type { EntryFacts, KeyInspection } from '#shared/keys/keyInspection.ts';
import type { KeyValue } from '#shared/keys/keyValue.ts';
import type { Role } from '#shared/roles.ts';
import { purgeJob, purgePlan } from '#test/client/ui/purgePlan.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';
import { denied, inspectedKey, keyFacts } from './inspectedKey.ts';

afterEach(cleanup);

function open(
  inspection: Partial<KeyInspection> = {},
  answers: Answers = {},
  { path = '/key?key=k1', role = null }: { path?: string; role?: Role | null } = {},
) {
  const me: Me = {
    ...{ isLoginNeeded: role !== null, isFirstAdminMissing: false, isPlainHttpAccepted: false },
    user: role === null ? null : { name: 'ada', role },
  };
  return renderPage({
    page: () => (
      <AccessContext value={me}>
        <KeyView />
      </AccessContext>
    ),
    path,
    answers: {
      'keys.inspect': () => inspectedKey(inspection),
      'status.get': () => ({ redisAddress: 'redis://127.0.0.1:6379/0' }),
      ...answers,
    },
  });
}

const factOf = (label: string) => screen.getByText(label).closest('div')?.textContent ?? '';

describe('the page of a key', () => {
  it('asks by the id that the address carries, and shows each fact with its basis', async () => {
    const { callsOf } = open();
    expect(await screen.findByText('shop:product:7')).toBeTruthy();
    expect(callsOf('keys.inspect')).toMatchObject([{ input: { name: { id: 'k1' } } }]);
    expect(factOf('TTL left')).toMatch(/1\smin 5\ss/);
    expect(factOf('Memory')).toMatch(/2\.0\sKiB/);
    expect(factOf('Last used')).toMatch(/12\ss ago/);
    expect(factOf('Format')).toContain('JSONcertain');
    expect(factOf('Hit rate of its pattern')).toMatch(/94\.1\s%/);
    expect(screen.getByRole('link', { name: 'shop:product:{id}' })).toBeTruthy();
  });

  it('links each tag to its page and says when the index of one is gone', async () => {
    open();
    const link = await screen.findByRole('link', { name: 'shoes' });
    expect(link.getAttribute('href')).toBe('/tags?q=shoes');
    expect(link.closest('li')?.textContent).toContain('2 keys');
    expect(screen.getByRole('link', { name: 'gone' })).toBeTruthy();
    expect(screen.getByText(/its index is gone/)).toBeTruthy();
    expect(screen.getByText(/Laravel 10 to 13 keep none/)).toBeTruthy();
  });

  it('says in words why a fact is not known, and still shows the others', async () => {
    open({ facts: keyFacts({ bytes: denied('+memory|usage') }) });
    await screen.findByText('shop:product:7');
    expect(factOf('Memory')).toContain('+memory|usage');
    expect(factOf('Type')).toContain('string');
  });

  it('shows what the header of an entry says', async () => {
    const entry: EntryFacts = {
      ...{ freshness: 'markedStale', isNegative: true, softExpiryAtMs: 0, loadMs: 12 },
      ...{ storedAtMs: 1_789_999_990_000, version: 3, ownerHash: 'ab12' },
    };
    const content = { format: 'empty', confidence: 'certain', entry } as const;
    open({ facts: keyFacts({ content: { state: 'known', value: content, atMs: 0, from: '' } }) });
    expect(await screen.findByText('negative, marked as stale')).toBeTruthy();
    expect(factOf('Owner')).toContain('hash ab12');
    expect(factOf('Stored')).toMatch(/10\ss ago/);
  });

  it('tells a key that is gone, one that may not be read, and an address that is not known apart', async () => {
    open({ state: 'missing', facts: null, tags: null });
    expect(await screen.findByText('The key is not there')).toBeTruthy();
    cleanup();
    open({ state: 'denied', facts: null, tags: null });
    expect(await screen.findByText('Redis does not permit it')).toBeTruthy();
    cleanup();
    open({}, { 'keys.inspect': () => Promise.reject(new Refusal('notFound', 'The link is old.')) });
    expect(await screen.findByText('The server does not know which key this is')).toBeTruthy();
  });

  it('offers no copy of a name that was cut', async () => {
    open({ isCut: true, nameBytes: 524_288 });
    expect(await screen.findByText(/The start of a name of 512\sKiB/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Copy/ })).toBeNull();
  });

  it.each([
    ['switchedOff', /--values/],
    ['roleMissing', /inspectors only/],
  ] as const)('has no button for the value when access is %s', async (valueAccess, words) => {
    open({ valueAccess });
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Show the value' })).toBeNull();
  });

  it('reads a value only when told to, says what was hidden, and hides it again', async () => {
    const value: KeyValue = {
      type: 'hash',
      parts: [
        {
          label: 'note',
          value: {
            kind: 'text',
            format: 'text',
            text: '<img src=x onerror=alert(1)>',
            note: '',
            isCut: true,
            redactedCount: 0,
          },
        },
        {
          label: 'password',
          value: {
            kind: 'hidden',
            format: 'text',
            text: '',
            note: '[redacted]',
            isCut: false,
            redactedCount: 1,
          },
        },
      ],
      ...{ isCut: true, redactedCount: 1, readAtMs: Date.now() },
    };
    const { callsOf } = open({}, { 'keys.readValue': () => value });
    const panel = within(await screen.findByRole('region', { name: 'Value' }));
    expect(callsOf('keys.readValue')).toEqual([]);
    await userEvent.click(panel.getByRole('button', { name: 'Show the value' }));
    expect((await panel.findByText(/onerror=alert/)).textContent).toBe('<img src=x onerror=alert(1)>…');
    expect(panel.getByText('[redacted]')).toBeTruthy();
    expect(panel.getByText(/1 hidden by rules/)).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
    await userEvent.click(panel.getByRole('button', { name: 'Hide' }));
    expect(panel.queryByText(/onerror/)).toBeNull();
  });

  it('plans the purge of this key by its name, and looks again when the purge has ended', async () => {
    let isThere = true;
    const atMs = Date.now();
    const times = { createdAtMs: atMs, expiresAtMs: atMs + 300_000 };
    const { callsOf } = open(
      {},
      {
        'keys.inspect': () =>
          isThere ? inspectedKey() : inspectedKey({ state: 'missing', facts: null, tags: null }),
        'jobs.list': () => (isThere ? [] : [purgeJob({ state: 'completed', endedAtMs: atMs })]),
        'jobs.planPurge': () =>
          purgePlan({ ...times, keyCount: 1, confirmation: { kind: 'click' }, isReasonRequired: false }),
        'jobs.start': () => {
          isThere = false;
          return purgeJob();
        },
      },
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Purge …' }));
    const dialog = within(await screen.findByRole('alertdialog'));
    expect(callsOf('jobs.planPurge')).toMatchObject([
      { input: { selection: { by: 'keys', keys: ['shop:product:7'] } } },
    ]);
    await userEvent.click(dialog.getByRole('button', { name: 'Purge 1 key' }));
    expect(await screen.findByText('The key is not there')).toBeTruthy();
    expect(callsOf('keys.inspect')).toHaveLength(2);
    expect(screen.queryByRole('button', { name: 'Purge …' })).toBeNull();
  });

  it.each<[Partial<KeyInspection>, Answers, RegExp, Role | null]>([
    [{}, { 'status.get': () => ({ isReadOnly: true }) }, /started read-only/, null],
    [{ isCut: true, nameBytes: 524_288 }, {}, /Only the start of its name is known/, null],
    [{}, {}, /This needs the role operator; you are inspector\./, 'inspector'],
  ])(
    'does not offer the purge of what it cannot purge, and says why',
    async (inspection, answers, why, role) => {
      open(inspection, answers, { role });
      expect((await screen.findByText(why)).textContent).toMatch(why);
      expect(screen.getByRole('button', { name: 'Purge …' }).hasAttribute('disabled')).toBe(true);
    },
  );
});

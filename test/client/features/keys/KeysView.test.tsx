// @vitest-environment jsdom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { KeysView } from '#client/features/keys/KeysView.tsx';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';
import { foundKey, foundPage, keyWalk } from './foundPage.ts';

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});

function open(find: Answers[string], path = '/keys') {
  return renderPage({ page: KeysView, path, answers: { 'keys.find': find } });
}

async function search(text: string) {
  const field = await screen.findByRole('searchbox', { name: /^Search keys/ });
  await userEvent.clear(field);
  await userEvent.click(field);
  await userEvent.paste(text);
  await userEvent.keyboard('{Enter}');
}

const rowTexts = () =>
  within(screen.getByRole('table', { name: 'Keys' }))
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent);

describe('the page of keys', () => {
  it('asks nothing of Redis until somebody searches', async () => {
    const { callsOf } = open(() => foundPage([]));
    await screen.findByText('Which keys?');
    expect(callsOf('keys.find')).toEqual([]);
  });

  it('searches for what the text looks like, and keeps it out of the address', async () => {
    const { callsOf, router } = open(() => foundPage(['user:2', 'user:1'], { walk: keyWalk() }));
    await search('user:*');
    await screen.findByRole('link', { name: 'user:1' });
    expect(callsOf('keys.find').map(({ input }) => input)).toMatchObject([
      { search: { kind: 'glob', text: 'user:*' } },
    ]);
    expect(rowTexts()[0]).toContain('user:1');
    expect(screen.getByText(/2 keys · all 1,000,000 keys looked at/)).toBeTruthy();
    expect(router.state.location.href).toBe('/keys');
  });

  it('keeps a pattern in the address, and finds what the address names', async () => {
    const { callsOf, router } = open(
      () => foundPage(['user:1'], { walk: keyWalk() }),
      '/keys?pattern=user%3A%7Bid%7D',
    );
    await screen.findByRole('link', { name: 'user:1' });
    expect(callsOf('keys.find')).toMatchObject([
      { input: { search: { kind: 'pattern', text: 'user:{id}' } } },
    ]);
    await search('user:7');
    await waitFor(() => expect(router.state.location.search).toEqual({}));
  });

  it('walks on by itself until all keys were looked at, and shows each key once', async () => {
    const gate = Promise.withResolvers<void>();
    const pages = [
      foundPage(['user:1'], { walk: keyWalk({ cursor: '5', walkedRatio: 0.25, remainingMs: 90_000 }) }),
      foundPage(['user:1'], { walk: keyWalk({ cursor: '6', walkedRatio: 0.5 }) }),
      foundPage(['user:2'], { walk: keyWalk() }),
    ];
    const { callsOf } = open(async () => {
      if (pages.length < 3) await gate.promise;
      return pages.shift();
    });
    await search('user:*');
    const progress = await screen.findByText(/25\.0\s%\sof 1,000,000 keys looked at/);
    expect(progress.getAttribute('aria-busy')).toBe('true');
    expect(screen.getByText(/The rest takes up to 1\smin 30\ss/)).toBeTruthy();
    gate.resolve();
    await screen.findByRole('link', { name: 'user:2' });
    expect(callsOf('keys.find').map(({ input }) => input)).toMatchObject([
      { search: { kind: 'glob' } },
      { cursor: '5' },
      { cursor: '6' },
    ]);
    expect(rowTexts()).toHaveLength(2);
    expect(screen.queryByRole('button', { name: /Search on|Stop/ })).toBeNull();
    expect(progress.getAttribute('aria-busy')).toBe('false');
  });

  /** One key a call, each as soon as the test lets it. */
  function openGated() {
    const gates = [Promise.withResolvers<void>()];
    let count = 0;
    const page = open(async () => {
      count += 1;
      const own = count;
      await gates.at(-1)?.promise;
      return foundPage([`user:${own}`], { walk: keyWalk({ cursor: `${own}`, walkedRatio: own / 100 }) });
    });
    const letOne = async () => {
      const current = gates.at(-1);
      gates.push(Promise.withResolvers<void>());
      current?.resolve();
      await screen.findByRole('link', { name: `user:${gates.length - 1}` });
    };
    return { ...page, letOne };
  }

  it('stops when told to, and goes on when told to', async () => {
    const { callsOf, letOne } = openGated();
    await search('user:*');
    await letOne();
    await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    // The call that is under way still tells what it found.
    await letOne();
    await userEvent.click(await screen.findByRole('button', { name: 'Search on' }));
    await letOne();
    await waitFor(() => expect(callsOf('keys.find')).toHaveLength(4));
    expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy();
  });

  it('asks nothing while the page is in the background, and goes on in front', async () => {
    const { callsOf, letOne } = openGated();
    const show = (state: DocumentVisibilityState) => {
      vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
      act(() => void document.dispatchEvent(new Event('visibilitychange')));
    };
    onTestFinished(() => void vi.restoreAllMocks());
    await search('user:*');
    await letOne();
    await waitFor(() => expect(callsOf('keys.find')).toHaveLength(2));
    show('hidden');
    await letOne();
    expect(callsOf('keys.find')).toHaveLength(2);
    show('visible');
    await waitFor(() => expect(callsOf('keys.find')).toHaveLength(3));
  });

  it('waits after many keys, until told to search on', async () => {
    let count = 0;
    const { callsOf } = open(() => {
      count += 1;
      const names = Array.from({ length: 500 }, (_, id) => `user:${count}:${id}`);
      return foundPage(names, { walk: keyWalk({ cursor: `${count}`, walkedRatio: count / 100 }) });
    });
    await search('user:*');
    await screen.findByText(/Many keys were found, so that the search waits/);
    expect(callsOf('keys.find')).toHaveLength(4);
    await userEvent.click(screen.getByRole('button', { name: 'Search on' }));
    await waitFor(() => expect(callsOf('keys.find')).toHaveLength(8));
    await screen.findByText(/Many keys were found/);
  });

  it('does not go on by itself after a call that failed', async () => {
    let count = 0;
    const { callsOf } = open(() => {
      count += 1;
      if (count === 2) throw new Refusal('busy', '8 others are being answered before you.');
      return foundPage([`user:${count}`], { walk: keyWalk({ cursor: count < 4 ? `${count}` : null }) });
    });
    await search('user:*');
    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    await screen.findByRole('link', { name: 'user:4' });
    expect(callsOf('keys.find')).toHaveLength(4);
  });

  it('offers the keys that begin so when no key has the name', async () => {
    const { callsOf } = open(() => foundPage([], { goneCount: 1 }));
    await search('user:\\x00');
    await screen.findByText('No key has this name');
    await userEvent.click(screen.getByRole('button', { name: 'Search for keys that begin so' }));
    await waitFor(() => expect(callsOf('keys.find')).toHaveLength(2));
    expect(callsOf('keys.find')[1]).toMatchObject({
      input: { search: { kind: 'glob', text: 'user:\\x00*' } },
    });
  });

  it('does not say that a key is missing which our user may not read', async () => {
    open(() => foundPage([], { deniedCount: 1 }));
    await search('secret:1');
    expect(await screen.findByText(/may not read this key, so that it is not known/)).toBeTruthy();
  });

  it('shows what is not known as such, with the reason in words', async () => {
    const why = 'The Redis user may not run MEMORY USAGE. Add +memory|usage to its ACL.';
    open(() =>
      foundPage([], {
        keys: [foundKey('user:1', { bytes: null, ttl: { leftMs: null } })],
        whyUnknown: { type: null, ttl: null, bytes: why },
      }),
    );
    await search('user:1');
    await screen.findByText('none');
    expect(screen.getByText(`not known. ${why}`)).toBeTruthy();
    expect(screen.getByText(why)).toBeTruthy();
  });

  it('says so when too many search at once, and asks again when told to', async () => {
    let count = 0;
    open(() => {
      count += 1;
      if (count === 1) throw new Refusal('busy', '8 others are being answered before you.');
      return foundPage(['user:1']);
    });
    await search('user:1');
    expect((await screen.findByRole('alert')).textContent).toContain('8 others are being answered');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'user:1' })).toBeTruthy();
  });
});

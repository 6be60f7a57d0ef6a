import { useNavigate } from '@tanstack/react-router';
import { useLive } from '#client/lib/liveContext.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { FILTER_EVENT } from '#client/lib/useFilterShortcut.ts';
import { routes } from './routes.tsx';
import { COMPARE_ID, RANGE_ID } from './statusBar/RangeControls.tsx';
import { useFixedLink } from './statusBar/useFixedLink.ts';
import { type Shortcut, useShortcuts } from './useShortcuts.ts';

/** Keys that work on every page; returned for the help. None of them changes anything but the view. */
export function useFrameShortcuts(toggleHelp: () => void): readonly Shortcut[] {
  const navigate = useNavigate();
  const { search } = usePageSearch();
  const { pausedAtMs, setPaused } = useLive();
  const fixedLink = useFixedLink();
  const focus = (id: string) => document.getElementById(id)?.focus();
  const pages = routes.flatMap(({ path, title, place }) =>
    place === undefined
      ? []
      : [
          {
            keys: `g ${place.key}`,
            text: `Go to ${title}`,
            run: () => void navigate({ to: path, search: spanSearch(search) }),
          },
        ],
  );
  const shortcuts: Shortcut[] = [
    ...pages,
    { keys: '/', text: 'Filter the rows', run: () => window.dispatchEvent(new Event(FILTER_EVENT)) },
    { keys: 't', text: 'Choose the time span', run: () => focus(RANGE_ID) },
    { keys: 'c', text: 'Choose what to compare with', run: () => focus(COMPARE_ID) },
    { keys: ' ', text: 'Pause, go on', run: () => setPaused(pausedAtMs === null) },
    { keys: 'y', text: 'Copy a link with fixed times', run: () => void copy(fixedLink()) },
    { keys: '?', text: 'This help', run: toggleHelp },
  ];
  useShortcuts(shortcuts);
  return shortcuts;
}

/** A browser may refuse; the button says so, a key has no place to. */
async function copy(text: string): Promise<void> {
  await navigator.clipboard?.writeText(text).catch(() => {});
}

import { useCallback, useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const THEME_KEY = 'cachescope.theme';
const themeChanged = 'cachescope-theme';

/** The theme that was chosen; `system` follows the machine. A browser that refuses storage follows the machine too. */
export function heldTheme(): Theme {
  try {
    const held = localStorage.getItem(THEME_KEY);
    return held === 'light' || held === 'dark' ? held : 'system';
  } catch {
    return 'system';
  }
}

/** Sets `data-theme` on the document; the tokens in styles.css follow it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  const subscribe = useCallback((changed: () => void) => {
    window.addEventListener(themeChanged, changed);
    return () => window.removeEventListener(themeChanged, changed);
  }, []);
  const theme = useSyncExternalStore(subscribe, heldTheme);
  const setTheme = useCallback((next: Theme) => {
    try {
      if (next === 'system') localStorage.removeItem(THEME_KEY);
      else localStorage.setItem(THEME_KEY, next);
    } catch {
      // Private windows may refuse storage; the choice then lasts as long as the page.
    }
    applyTheme(next);
    window.dispatchEvent(new Event(themeChanged));
  }, []);
  return { theme, setTheme };
}

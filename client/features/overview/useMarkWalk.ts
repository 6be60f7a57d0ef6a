import { type RefObject, useEffect } from 'react';

/** `[` and `]` move the focus to the previous and the next change in time; the list has the newest first. */
export function useMarkWalk(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const walk = (event: KeyboardEvent) => {
      const isField =
        event.target instanceof HTMLElement && event.target.closest('input, select, dialog') !== null;
      if ((event.key !== '[' && event.key !== ']') || isField || event.ctrlKey || event.metaKey) return;
      const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
      const place = buttons.findIndex((button) => button.matches(':focus'));
      const next = place < 0 ? 0 : place + (event.key === '[' ? 1 : -1);
      buttons[Math.max(0, Math.min(buttons.length - 1, next))]?.focus();
    };
    document.addEventListener('keydown', walk);
    return () => document.removeEventListener('keydown', walk);
  }, [list]);
}

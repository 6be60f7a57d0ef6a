import { useEffect, useEffectEvent } from 'react';

export interface Shortcut {
  /** One key (`/`), or two typed after each other (`g o`). As `KeyboardEvent.key` names them. */
  readonly keys: string;
  readonly text: string;
  readonly run: () => void;
}

/** Time for the second key of a pair. */
const PAIR_MS = 1_500;

/** Keys typed into a field, or held with a modifier, belong to the field and the browser. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing)
    return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, [contenteditable], dialog') !== null) return true;
  // Space and Enter press the button or open the link that has the focus.
  return (event.key === ' ' || event.key === 'Enter') && target.closest('button, a, [role="row"]') !== null;
}

/** Listens on the whole page. No shortcut may destroy anything. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const onKey = useEffectEvent((event: KeyboardEvent, held: string | null): string | null => {
    if (belongsElsewhere(event)) return null;
    const pair = held === null ? null : `${held} ${event.key}`;
    const hit =
      shortcuts.find(({ keys }) => keys === pair) ?? shortcuts.find(({ keys }) => keys === event.key);
    if (hit !== undefined) {
      event.preventDefault();
      hit.run();
      return null;
    }
    return shortcuts.some(({ keys }) => keys.startsWith(`${event.key} `)) ? event.key : null;
  });
  useEffect(() => {
    let held: { key: string; atMs: number } | null = null;
    const listen = (event: KeyboardEvent) => {
      const first = held !== null && event.timeStamp - held.atMs < PAIR_MS ? held.key : null;
      const next = onKey(event, first);
      held = next === null ? null : { key: next, atMs: event.timeStamp };
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

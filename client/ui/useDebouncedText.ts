import { useEffect, useEffectEvent, useState } from 'react';

/** Long enough for a word to be typed, short enough to feel at once. */
const DEBOUNCE_MS = 350;

/** Text of a field that is given on only when the typing pauses: each search costs the server a scan. */
export function useDebouncedText(settled: string, onSettle: (text: string) => void) {
  const [typed, setTyped] = useState<string | null>(null);
  const settle = useEffectEvent((text: string) => {
    setTyped(null);
    if (text !== settled) onSettle(text);
  });
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => settle(typed), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return { text: typed ?? settled, setText: (text: string) => setTyped(text) };
}

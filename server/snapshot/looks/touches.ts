/** Keys that our own reading made look used, and when. */
export interface Touches {
  readonly add: (texts: readonly string[], atMs: number) => void;
  readonly atMs: (text: string) => number | null;
  readonly has: (text: string) => boolean;
}

/** 20 keys a look: those of the last 250 looks. */
const MAX_TOUCHES = 5_000;

export function openTouches(): Touches {
  const touches = new Map<string, number>();
  return {
    add: (texts, atMs) => {
      for (const text of texts) {
        touches.delete(text);
        touches.set(text, atMs);
      }
      for (const oldest of touches.keys()) {
        if (touches.size <= MAX_TOUCHES) return;
        touches.delete(oldest);
      }
    },
    atMs: (text) => touches.get(text) ?? null,
    has: (text) => touches.has(text),
  };
}

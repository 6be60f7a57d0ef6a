/** Most misses that may come before the line of their command. */
const MAX_PENDING_MISSES = 65_536;

/** Keys that were missed since the last line, in their order. */
export interface PendingMisses {
  add(keyText: string): void;
  /** True, and one fewer, when this key is the next of them: events come in the order of the command's keys. */
  take(keyText: string): boolean;
  /** Forgets the rest and tells how many they were. */
  clear(): number;
  /** More came than are kept, so that hits and misses of the next line cannot be told apart. */
  isOverflown(): boolean;
}

export function openPendingMisses(): PendingMisses {
  let keys: string[] = [];
  let from = 0;
  let isOverflown = false;
  return {
    add(keyText) {
      if (keys.length >= MAX_PENDING_MISSES) isOverflown = true;
      else keys.push(keyText);
    },
    take(keyText) {
      if (from >= keys.length || keys[from] !== keyText) return false;
      from += 1;
      return true;
    },
    clear() {
      if (keys.length === 0) return 0;
      const count = keys.length - from;
      keys = [];
      from = 0;
      isOverflown = false;
      return count;
    },
    isOverflown: () => isOverflown,
  };
}

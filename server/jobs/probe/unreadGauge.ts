/** What one second of reading brought, and what Redis says it did meanwhile. */
export interface ReadSecond {
  readonly bytesPerSecond: number;
  /** Commands that Redis ran; null = not told. */
  readonly commandsPerSecond: number | null;
  /** Of the run so far; null before the first line. */
  readonly bytesPerLine: number | null;
}

/** How much Redis keeps for us that we have not read: from the age of our oldest PING that has not come by. */
export interface UnreadGauge {
  /** Redis writes a PING to those who monitor in the turn in which it answers it. */
  sent(number: number, atMs: number): void;
  cameBy(number: number): void;
  learn(second: ReadSecond): void;
  bytes(nowMs: number): number;
  /** Nothing is attached any more. */
  reset(): void;
}

/** How long a command may take to come by anyway; PINGs come by in the same turn in which they are answered. */
const USUAL_BEHIND_MS = 50;

/**
 * `plannedBytesPerSecond` counts until the first second is over. After it, what Redis writes is told by the commands that it ran:
 * who reads slowly, or not at all, sees little come and must not take that for a quiet Redis.
 */
export function openUnreadGauge(plannedBytesPerSecond: number): UnreadGauge {
  const sentAtMs = new Map<number, number>();
  let writtenPerSecond = plannedBytesPerSecond;
  return {
    sent: (number, atMs) => void sentAtMs.set(number, atMs),
    cameBy: (number) => void sentAtMs.delete(number),
    learn({ bytesPerSecond, commandsPerSecond, bytesPerLine }) {
      const written =
        commandsPerSecond === null || bytesPerLine === null
          ? plannedBytesPerSecond
          : commandsPerSecond * bytesPerLine;
      writtenPerSecond = Math.max(bytesPerSecond, written);
    },
    bytes(nowMs) {
      const [oldestAtMs] = sentAtMs.values();
      if (oldestAtMs === undefined) return 0;
      return (Math.max(0, nowMs - oldestAtMs - USUAL_BEHIND_MS) / 1_000) * writtenPerSecond;
    },
    reset: () => sentAtMs.clear(),
  };
}

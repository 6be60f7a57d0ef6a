const RATE_TEXT = /At most ([\d,]+) a second would do\./;

/** What a refused warm-up says that would do, by the loads a second that the source has room for. */
export function safeRateText(roomPerSecond: number): string {
  const perSecond = Math.floor(roomPerSecond);
  return perSecond >= 1
    ? `At most ${new Intl.NumberFormat('en-US').format(perSecond)} a second would do.`
    : 'It has no room for a warm-up now.';
}

/** The rate that a refusal with `safeRateText` names, loads a second; null = it names none. */
export function safeRateOf(refusal: string): number | null {
  const digits = RATE_TEXT.exec(refusal)?.[1];
  return digits === undefined ? null : Number(digits.replaceAll(',', ''));
}

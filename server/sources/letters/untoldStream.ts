import type { LetterStream } from '#shared/letters/letterStreams.ts';

/** Why letters of this stream of events are neither read nor replayed here; null = they are. */
export function untoldStream(letters: LetterStream, eventStreams: readonly string[]): string | null {
  if (letters.queue !== 'events' || eventStreams.includes(letters.stream)) return null;
  return `This server looks after letters of ${new Intl.ListFormat('en').format(eventStreams)}, and not of the stream ${letters.stream}. Start it with --event-streams ${letters.stream} as well.`;
}

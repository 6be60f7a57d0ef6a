import type { UnknownReason } from '#shared/reading.ts';

/** The kind of not knowing, in words; the reading's own detail says what would help. */
export const unknownTexts: Record<UnknownReason, string> = {
  pending: 'Not read yet',
  notConfigured: 'No source is given',
  notSupported: 'The source does not offer it',
  notPermitted: 'Redis does not permit it',
  notEnoughData: 'Not enough data',
  failed: 'Reading failed',
};

import type { ReactNode } from 'react';
import type { Reading } from '#shared/reading.ts';
import { UnknownDash } from './UnknownDash.tsx';

interface ReadingValueProps<T> {
  reading: Reading<T>;
  /** Text of the known value, unit included where the place does not name it. */
  format: (value: T) => ReactNode;
}

/** A known value, or a dash that says why it is not known. */
export function ReadingValue<T>({ reading, format }: ReadingValueProps<T>) {
  if (reading.state === 'known') return <>{format(reading.value)}</>;
  return <UnknownDash reason={reading} />;
}

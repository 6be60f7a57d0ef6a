import type { Unknown } from '#shared/reading.ts';
import { unknownTexts } from './unknownTexts.ts';

/** A dash for what is not known. Its reason is on hover and is spoken; `reason` is a reading or a plain sentence. */
export function UnknownDash({ reason }: { reason: Unknown | string }) {
  const text = typeof reason === 'string' ? reason : `${unknownTexts[reason.reason]}: ${reason.detail}`;
  return (
    <span title={text} className="cursor-help text-faint">
      <span aria-hidden>–</span>
      <span className="sr-only">not known. {text}</span>
    </span>
  );
}

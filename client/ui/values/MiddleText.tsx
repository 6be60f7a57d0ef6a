import { clsx } from 'clsx';

/** Characters that stay at the end: names of keys and tags mostly differ there. */
const TAIL = 12;

interface MiddleTextProps {
  text: string;
  /** On hover; the whole text without it. */
  title?: string;
  className?: string;
}

/** A name in one line: when it does not fit, its middle gives way. It is whole for a reader, a search and the clipboard. */
export function MiddleText({ text, title = text, className }: MiddleTextProps) {
  // Short names stay whole, since screen readers pause between the parts.
  const headLength = text.length <= 2 * TAIL ? text.length : text.length - TAIL;
  const tail = text.slice(headLength);
  return (
    <code title={title} className={clsx('flex min-w-0 whitespace-pre', className)}>
      <span className="truncate">{text.slice(0, headLength)}</span>
      {tail !== '' && <span className="shrink-0">{tail}</span>}
    </code>
  );
}

import { clsx } from 'clsx';

/** Characters that stay at the end: names of keys and tags mostly differ there. */
const TAIL = 14;
/** Shorter ones are cut at the end only, if at all. */
const SHORT = 24;

interface MiddleTextProps {
  text: string;
  /** On hover; the whole text without it. */
  title?: string;
  className?: string;
}

/** A name in one line: when it does not fit, its middle gives way. It is whole for a reader, a search and the clipboard. */
export function MiddleText({ text, title = text, className }: MiddleTextProps) {
  const head = text.length > SHORT ? text.slice(0, -TAIL) : text;
  const tail = text.slice(head.length);
  return (
    <code title={title} className={clsx('flex min-w-0 whitespace-pre', className)}>
      <span className="truncate">{head}</span>
      {tail !== '' && <span className="shrink-0">{tail}</span>}
    </code>
  );
}

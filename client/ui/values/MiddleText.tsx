import { clsx } from 'clsx';

/** Characters that stay at the end: names of keys and tags mostly differ there. */
const TAIL = 12;

/** The name of a host, and the domain and port after it, in which addresses rarely differ. */
const ADDRESS = /^([^.:/]*[a-z][^.:/]*)(?:\.[^:/]*)?:\d{1,5}$/i;

interface MiddleTextProps {
  text: string;
  /** It may be `host.domain:port`, whose domain and port give way before its host. */
  isAddress?: boolean;
  /** On hover; the whole text without it. */
  title?: string;
  className?: string;
}

/**
 * A name in one line: when it does not fit, its middle gives way, but for a character of its start and the ellipsis. It is whole for a reader, a search and the clipboard.
 */
export function MiddleText({ text, isAddress = false, title = text, className }: MiddleTextProps) {
  const { head, tail, rest } = partsOf(text, isAddress);
  return (
    <code title={title} className={clsx('flex min-w-0 whitespace-pre', className)}>
      <span className={clsx('shrink-[1000] truncate', tail !== '' && 'min-w-[2ch]')}>{head}</span>
      {tail !== '' && (
        <span className="flex min-w-0 justify-end overflow-hidden">
          <span className="shrink-0">{tail}</span>
        </span>
      )}
      {rest !== '' && <span className="min-w-[2ch] shrink-[1000000] truncate">{rest}</span>}
    </code>
  );
}

/** Short names stay whole, since screen readers pause between the parts. */
function partsOf(text: string, isAddress: boolean) {
  if (text.length <= 2 * TAIL) return { head: text, tail: '', rest: '' };
  const name = (isAddress ? ADDRESS.exec(text)?.[1] : undefined) ?? text;
  const rest = text.slice(name.length);
  if (name.length <= TAIL) return { head: name, tail: '', rest };
  return { head: name.slice(0, -TAIL), tail: name.slice(-TAIL), rest };
}

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './Button.tsx';

interface CopyButtonProps {
  /** What it copies, in words: `Copy the command`. */
  label: string;
  text: string | (() => string);
  /** Words on the button; without them it is an icon with a name. */
  children?: string;
}

/** Copies text and says whether it worked; a page served without TLS may have no clipboard. */
export function CopyButton({ label, text, children }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };
  const said = { idle: '', copied: 'Copied', failed: 'The browser refused to copy' }[outcome];
  return (
    <>
      <Button
        variant={children === undefined ? 'quiet' : 'plain'}
        aria-label={children === undefined ? label : undefined}
        title={label}
        onClick={() => void copy()}
        onBlur={() => setOutcome('idle')}
      >
        {children !== undefined && (
          <span className="max-md:sr-only">{outcome === 'copied' ? 'Copied' : children}</span>
        )}
        <span aria-hidden className={children === undefined ? undefined : 'md:hidden'}>
          {outcome === 'copied' ? <Check size={14} /> : <Copy size={14} />}
        </span>
      </Button>
      <span role="status" className={outcome === 'failed' ? 'text-sm text-amber' : 'sr-only'}>
        {said}
      </span>
    </>
  );
}

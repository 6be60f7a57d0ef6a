import { useRef } from 'react';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import type { MarkView } from '#shared/tags/markView.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { describeMark } from './prepareMark.ts';
import { useMark } from './useMark.ts';

/** Of a tag that its library invalidates by a mark: what the mark says, and how to purge the tag from a shell. */
export function MarkDialog({ tag, onClose }: { tag: TagSummary; onClose: () => void }) {
  const close = useRef<HTMLButtonElement>(null);
  const mark = useMark(tag);
  return (
    <Dialog title={`How to purge ${tag.tag}`} onClose={onClose} initialFocus={close}>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p>
          {tag.layoutName} keeps no list of the entries that carry a tag: it compares each entry with the mark{' '}
          <code className="break-all">{tag.tagKey}</code> when it is read.
        </p>
        <QueryStates query={mark} label="the mark" heightPx={160}>
          {(view) => <MarkFacts view={view} />}
        </QueryStates>
        <div>
          <Button ref={close} onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function MarkFacts({ view }: { view: MarkView }) {
  const state = describeMark(view.state);
  if (view.refusal !== null) {
    return (
      <p>
        {state} <strong>It cannot be purged from outside.</strong> {view.refusal}
      </p>
    );
  }
  const text = view.shellCommands.join('\n');
  return (
    <>
      <p>
        {state} {view.reach}
      </p>
      {text === '' ? (
        <p>
          The name of this mark holds a NUL byte, which no shell can pass on: invalidate the tag in the
          application.
        </p>
      ) : (
        <>
          <p className="text-dim">
            This page cannot do it yet. These lines do, as the library itself would, and nothing records it:
          </p>
          <div className="flex items-start gap-1 rounded-md border border-line bg-bg p-2">
            <pre className="min-w-0 flex-1 break-all whitespace-pre-wrap">{text}</pre>
            <CopyButton label="Copy the commands" text={text} />
          </div>
        </>
      )}
    </>
  );
}

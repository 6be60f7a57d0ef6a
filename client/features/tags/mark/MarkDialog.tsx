import { useRef } from 'react';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { ShellCommands } from '#client/ui/purge/ShellCommands.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import type { MarkView } from '#shared/tags/markView.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { describeMark } from './prepareMark.ts';
import { useMark } from './useMark.ts';

interface MarkDialogProps {
  tag: TagSummary;
  /** Why whoever looks may not purge it from here; null when the mark itself is the reason. */
  refusal: string | null;
  onClose: () => void;
}

/** Of a tag that its library invalidates by a mark and that is not purged from here: what the mark says, and why not. */
export function MarkDialog({ tag, refusal, onClose }: MarkDialogProps) {
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
          {(view) => <MarkFacts view={view} refusal={refusal} />}
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

function MarkFacts({ view, refusal }: { view: MarkView; refusal: string | null }) {
  const state = describeMark(view.state);
  if (view.refusal !== null) {
    return (
      <p>
        {state} <strong>It cannot be purged from outside.</strong> {view.refusal}
      </p>
    );
  }
  return (
    <>
      <p>
        {state} {view.reach}
      </p>
      {refusal !== null && <p className="text-dim">{refusal}</p>}
      <ShellCommands commands={view.shellCommands} isOpen />
    </>
  );
}

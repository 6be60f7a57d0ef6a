import { useRef } from 'react';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { Button } from '../Button.tsx';
import { Dialog } from '../dialog/Dialog.tsx';
import { selectionName } from './preparePurge.ts';

/** While the server reads what a purge would be of. */
export function Planning({ selection, onClose }: { selection: PurgeSelection; onClose: () => void }) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title="Planning the purge" onClose={onClose} initialFocus={cancel}>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="status">
          The server reads which keys <code className="break-all">{selectionName(selection)}</code> has, and a
          sample of what they hold. Nothing is changed.
        </p>
        <div>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

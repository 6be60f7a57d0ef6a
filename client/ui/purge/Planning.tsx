import { type ReactNode, useRef } from 'react';
import { Button } from '../Button.tsx';
import { Dialog } from '../dialog/Dialog.tsx';

/** While the server reads what a purge would do; `children` say what it reads. */
export function Planning({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title="Planning the purge" onClose={onClose} initialFocus={cancel}>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="status">{children} Nothing is changed.</p>
        <div>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

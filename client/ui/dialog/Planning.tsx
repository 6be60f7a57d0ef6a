import { type ReactNode, useRef } from 'react';
import { Button } from '../Button.tsx';
import { Dialog } from './Dialog.tsx';

interface PlanningProps {
  title: string;
  children: ReactNode;
  onClose: () => void;
}

/** While the server reads what a job would do; `children` say what it reads. */
export function Planning({ title, children, onClose }: PlanningProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title={title} onClose={onClose} initialFocus={cancel}>
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

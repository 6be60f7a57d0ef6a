import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import type { Shortcut } from './useShortcuts.ts';

/** Keys of single pages, for the help only. */
const pageKeys = [
  { keys: 'j k', text: 'Next, previous row of a table' },
  { keys: 'Enter', text: 'Open the row' },
  { keys: '[ ]', text: 'Previous, next change on the overview' },
];

export function ShortcutsDialog({
  shortcuts,
  onClose,
}: {
  shortcuts: readonly Shortcut[];
  onClose: () => void;
}) {
  return (
    <Dialog title="Keyboard" onClose={onClose} className="max-w-sm">
      <dl className="grid grid-cols-[90px_1fr] gap-y-1 px-4 py-3">
        {[...shortcuts, ...pageKeys].map(({ keys, text }) => (
          <div key={keys} className="contents">
            <dt>
              <kbd>{keys === ' ' ? 'space' : keys}</kbd>
            </dt>
            <dd className="text-dim">{text}</dd>
          </div>
        ))}
      </dl>
      <div className="flex justify-end px-4 pb-3">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}

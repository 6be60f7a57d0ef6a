import { Group } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { formatCompact } from '#client/lib/formatNumber.ts';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { configLine, type Preview, previewText } from './prepareFamily.ts';
import { useFamilyPreview } from './useFamilyPreview.ts';

/** Tries a declared family on the keys of the last sample; the page itself changes no configuration. */
export function FamilyTrial() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Group size={14} aria-hidden />
        <span className="max-md:sr-only">Declare a family</span>
      </Button>
      {isOpen && <TrialDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function TrialDialog({ onClose }: { onClose: () => void }) {
  const [template, setTemplate] = useState('');
  const asked = useDeferredValue(template.trim());
  const preview = useFamilyPreview(asked);
  return (
    <Dialog title="Declare a family of keys" onClose={onClose}>
      <div className="flex flex-col gap-2 px-4 py-3">
        <p className="text-dim">
          A template names keys that belong together where their names do not tell. A placeholder in braces
          stands for one part of the key: <code>product:{'{id}'}</code>.
        </p>
        <label className="flex flex-col gap-1">
          Template
          <input
            value={template}
            placeholder="product:{id}"
            autoComplete="off"
            spellCheck={false}
            maxLength={512}
            onChange={(event) => setTemplate(event.target.value)}
            className="rounded-md border border-line bg-bg px-2.5 py-1.5 font-mono"
          />
        </label>
        {asked !== '' && (
          <QueryStates query={preview} label="what the template gathers" heightPx={120}>
            {(found) => <Found template={asked} preview={found} />}
          </QueryStates>
        )}
      </div>
      <footer className="flex justify-end border-t border-line px-4 py-2.5">
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}

function Found({ template, preview }: { template: string; preview: Preview }) {
  return (
    <>
      <p role="status">{previewText(preview)}</p>
      {preview.merged.length > 0 && (
        <ul className="max-h-48 overflow-auto rounded-md border border-line px-2.5 py-1">
          {preview.merged.map(({ pattern, keyCount, isWhole }) => (
            <li key={pattern} className="flex items-baseline gap-2">
              <MiddleText text={pattern} />
              <span className="ml-auto text-sm whitespace-nowrap text-dim">
                {isWhole ? '' : 'in part, of '}~{formatCompact(Math.round(keyCount))} keys
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="text-dim">For the file of --config, then start the server again:</p>
      <p className="flex items-center gap-1">
        <code className="min-w-0 break-all">{configLine(template)}</code>
        <CopyButton label="Copy the line for the configuration" text={configLine(template)} />
      </p>
    </>
  );
}

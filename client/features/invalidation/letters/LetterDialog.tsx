import { useRef, useState } from 'react';
import { valueRefusals } from '#client/lib/access/valueRefusals.ts';
import { describeFailure } from '#client/lib/errorText.ts';
import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import { formatDateTime } from '#client/lib/formatTime.ts';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import type { ValueAccess } from '#shared/access/valueAccess.ts';
import type { DeadLetter } from '#shared/letters/deadLetter.ts';
import type { LetterQueue, LetterStream } from '#shared/letters/letterStreams.ts';
import { useLetterPayload } from './useLetters.ts';

const WAY_OF_NAMES =
  'Invalidations are not replayed: what they name may have been stored anew since. Plan its purge: the server reads from the letter what is meant, and shows it before anything goes. The letter stays here until you drop it.';
const WAY_OF_VERSIONS =
  'It raises the version of a namespace, which makes older entries unreachable without naming one, so there is nothing to purge by name. Let the service do it again (invalidateNamespace), or purge the patterns of its families. The letter stays here until you drop it.';

const WAY_OF_CHANGES =
  'Changes for the source are not replayed: one would come after what was written since, as the newest, and what the source took of it before would count twice. Write it to the source where it is still right. The letter stays here until you drop it.';

/** What is done in the place of a replay; null = it can be replayed. */
function wayOutOf({ queue }: LetterStream, namesKeys: boolean): string | null {
  if (queue === 'events') return null;
  if (queue === 'write-behind') return WAY_OF_CHANGES;
  return namesKeys ? WAY_OF_NAMES : WAY_OF_VERSIONS;
}

/** What the letters of a queue say of where they come from, and since when; null = they do not say. */
const wordsOf = {
  events: { from: 'Published by', since: 'Published' },
  invalidations: { from: 'Asked by', since: 'Asked for' },
  'write-behind': { from: null, since: 'Changed last' },
} as const satisfies Record<LetterQueue, object>;

interface LetterDialogProps {
  letter: DeadLetter;
  stream: LetterStream;
  /** To what it carries. */
  access: ValueAccess;
  onAct: (act: 'replay' | 'drop') => void;
  /** Of an invalidation: plans the purge of what it names. */
  onPurge: () => void;
  onClose: () => void;
}

/** One letter: why it was given up, and what can be done about it. What it carries is asked for by a button. */
export function LetterDialog(props: LetterDialogProps) {
  const { letter, stream, access, onAct, onPurge, onClose } = props;
  const close = useRef<HTMLButtonElement>(null);
  const refusal = usePurgeRefusal();
  const isEvent = stream.queue === 'events';
  const namesKeys = stream.queue === 'invalidations' && letter.event !== 'version';
  const wayOut = wayOutOf(stream, namesKeys);
  const { from, since } = wordsOf[stream.queue];
  const told = (value: string | null) => value ?? 'not told';
  const facts: readonly (readonly [string, string])[] = [
    ['Id', letter.id],
    ...(from === null ? [] : [[from, told(letter.source)] as const]),
    [since, told(letter.publishedAtMs === null ? null : formatDateTime(letter.publishedAtMs))],
    ['Given up', formatDateTime(letter.buriedAtMs)],
    ['Tries', told(letter.deliveries === null ? null : formatCount(letter.deliveries))],
    ['Payload', told(letter.payloadBytes === null ? null : formatBytes(letter.payloadBytes))],
  ];
  return (
    <Dialog title={`${letter.event} of ${stream.service}`} onClose={onClose} initialFocus={close}>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p className="break-words">{letter.reason === '' ? 'It has no reason.' : letter.reason}</p>
        <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-dim">{name}</dt>
              <dd className="min-w-0 break-all">{value}</dd>
            </div>
          ))}
        </dl>
        <Payload letter={letter} stream={stream} access={access} />
        {wayOut !== null && <p className="text-sm text-dim">{wayOut}</p>}
        <div className="flex flex-wrap gap-2">
          <Button ref={close} onClick={onClose}>
            Close
          </Button>
          {isEvent && (
            <Button disabled={refusal !== null} title={refusal ?? undefined} onClick={() => onAct('replay')}>
              Replay …
            </Button>
          )}
          {namesKeys && (
            <Button disabled={refusal !== null} title={refusal ?? undefined} onClick={onPurge}>
              Plan its purge …
            </Button>
          )}
          <Button disabled={refusal !== null} title={refusal ?? undefined} onClick={() => onAct('drop')}>
            Drop …
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Payload({ letter, stream, access }: Pick<LetterDialogProps, 'letter' | 'stream' | 'access'>) {
  const [isAsked, setAsked] = useState(false);
  const payload = useLetterPayload(stream, letter.id, isAsked);
  if (!isAsked) {
    return (
      <div className="flex flex-wrap items-center gap-2 text-sm text-dim">
        <Button disabled={access !== 'allowed'} onClick={() => setAsked(true)}>
          Show what it carries
        </Button>
        <span>
          {access === 'allowed' ? 'It is shown redacted, and noted in the audit log.' : valueRefusals[access]}
        </span>
      </div>
    );
  }
  if (payload.error !== null) return <p role="alert">{describeFailure(payload.error).detail}</p>;
  if (payload.data === undefined) return <p role="status">Reading it …</p>;
  const { text, redactedCount, note } = payload.data;
  return (
    <div className="flex flex-col gap-1 text-sm">
      <pre className="max-h-60 overflow-auto rounded-md border border-line bg-raised p-2 whitespace-pre-wrap break-all">
        {text}
      </pre>
      {note !== '' && <p className="text-dim">{note}</p>}
      {redactedCount > 0 && <p className="text-dim">{formatCount(redactedCount)} parts are redacted.</p>}
    </div>
  );
}

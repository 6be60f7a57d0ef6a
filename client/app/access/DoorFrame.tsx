import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import type { Me } from '#client/lib/access/accessContext.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';

interface DoorFrameProps {
  title: string;
  me: Me;
  onSubmit: () => void;
  children: ReactNode;
}

/** The form in front of the page. Where what is typed could be read on the way, it says so instead, or beside it. */
export function DoorFrame({ title, me, onSubmit, children }: DoorFrameProps) {
  const isReadable = !window.isSecureContext;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <main className="grid min-h-dvh place-items-center p-4 max-md:place-items-start max-md:pt-[12dvh]">
      <title>{`${title} · Cachescope`}</title>
      <div className="w-full max-w-96 rounded-lg border border-line bg-panel px-5 py-5">
        <p className="text-sm font-bold tracking-tight text-dim">Cachescope</p>
        <h1 className="mb-3 text-lg">{title}</h1>
        {isReadable && <ReadableNote isAccepted={me.isPlainHttpAccepted} />}
        {(!isReadable || me.isPlainHttpAccepted) && (
          <form ref={form} onSubmit={submit} className="flex flex-col gap-3">
            {children}
          </form>
        )}
      </div>
    </main>
  );
}

function ReadableNote({ isAccepted }: { isAccepted: boolean }) {
  return (
    <p className="mb-3 flex items-start gap-2 text-amber">
      <SeveritySign severity="warning" size={14} />
      {isAccepted
        ? 'This page came over plain HTTP: whoever is on the way can read your password.'
        : 'This page came over plain HTTP, where a password could be read on the way, so none is taken. Reach the server by https, or by an SSH tunnel to its own machine.'}
    </p>
  );
}

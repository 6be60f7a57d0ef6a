import { describeFailure } from '#client/lib/errorText.ts';

/** Until it is known who is there. Empty at first, since that takes a moment only. */
export function Opening({ failure }: { failure: unknown }) {
  if (failure === null) return <div aria-busy="true" className="min-h-dvh" />;
  const { title } = describeFailure(failure);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <p role="alert">
        <b>{title}.</b> The page tries again by itself.
      </p>
    </main>
  );
}

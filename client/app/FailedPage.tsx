import { describeFailure } from '#client/lib/errorText.ts';
import { Button } from '#client/ui/Button.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';

/** When drawing a page threw: the frame around it stays. A new version of the server may have replaced its files. */
export function FailedPage({ error, reset }: { error: unknown; reset: () => void }) {
  const { detail } = describeFailure(error);
  return (
    <div role="alert">
      <EmptyState
        title="This page could not be drawn"
        action={
          <span className="flex gap-2">
            <Button onClick={reset}>Try again</Button>
            <Button onClick={() => window.location.reload()}>Reload</Button>
          </span>
        }
      >
        {detail} If the server was updated while the page was open, a reload helps.
      </EmptyState>
    </div>
  );
}

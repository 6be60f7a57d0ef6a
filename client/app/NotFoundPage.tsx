import { Link } from '@tanstack/react-router';
import { EmptyState } from '#client/ui/EmptyState.tsx';

export function NotFoundPage() {
  return (
    <EmptyState
      title="There is no such page"
      action={
        <Link to="/" className="text-blue underline">
          Go to the overview
        </Link>
      }
    >
      The link may be of another version of Cachescope.
    </EmptyState>
  );
}

import { Link } from '@tanstack/react-router';
import { parsePageSearch, spanSearch } from '#client/lib/urlState.ts';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';

/** The pattern as a link to its page, with the range and comparison of this one. */
export function PatternName({ pattern }: { pattern: string }) {
  return (
    <Link
      to="/pattern"
      search={(raw: Record<string, unknown>) => ({ ...spanSearch(parsePageSearch(raw)), pattern })}
      tabIndex={-1}
      className="min-w-0 hover:underline"
    >
      <MiddleText text={pattern} />
    </Link>
  );
}

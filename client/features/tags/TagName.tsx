import { Link } from '@tanstack/react-router';
import { parsePageSearch, spanSearch } from '#client/lib/urlState.ts';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import type { TagSummary } from '#shared/tags/tagSummary.ts';

/** The tag as a link to its page; plain where its library keeps no list of entries to look at. */
export function TagName({ tag }: { tag: TagSummary }) {
  const text = <MiddleText text={tag.tag} title={tag.tagKey} />;
  if (tag.memberCount === null) return text;
  const { layout, tagKey } = tag;
  return (
    <Link
      to="/tag"
      search={(raw: Record<string, unknown>) => ({ ...spanSearch(parsePageSearch(raw)), layout, tagKey })}
      tabIndex={-1}
      className="min-w-0 hover:underline"
    >
      {text}
    </Link>
  );
}

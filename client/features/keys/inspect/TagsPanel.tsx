import { Link } from '@tanstack/react-router';
import { formatCount } from '#client/lib/formatNumber.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { Panel } from '#client/ui/Panel.tsx';
import { UnknownState } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import type { KeyInspection, KeyTag, KeyTags } from '#shared/keys/keyInspection.ts';

/** Tags in both directions: those that the key carries, with their sizes, and the tag whose index it is. */
export function TagsPanel({ inspection: { tags, indexOf } }: { inspection: KeyInspection }) {
  return (
    <Panel title="Tags">
      {indexOf.map(({ tag, layoutName }) => (
        <p key={`${layoutName} ${tag}`} className="px-3 pb-2">
          This key is the index of the tag <TagLink tag={tag} /> ({layoutName}).
        </p>
      ))}
      {tags?.state === 'unknown' && <UnknownState reading={tags} />}
      {tags?.state === 'known' && <Carried tags={tags.value} />}
    </Panel>
  );
}

function Carried({ tags: { tags, isCut, untoldLayouts } }: { tags: KeyTags }) {
  return (
    <div className="flex flex-col gap-2 px-3 pb-3">
      {tags.length === 0 && <p>No list of tags names this key as an entry.</p>}
      <ul className="flex flex-col gap-1">
        {tags.map((tag) => (
          <TagLine key={`${tag.layoutName} ${tag.tag}`} tag={tag} />
        ))}
      </ul>
      {isCut && <p className="text-sm text-dim">It carries more tags than these.</p>}
      <p className="text-xs text-faint">
        By the lists that some libraries keep of an entry&apos;s tags. {untoldLayouts.join(', ')} keep none:
        their tags of a key are not known here.
      </p>
    </div>
  );
}

function TagLine({ tag: { tag, layoutName, memberCount } }: { tag: KeyTag }) {
  return (
    <li className="flex items-baseline gap-2">
      <TagLink tag={tag} />
      <span className="shrink-0 text-sm text-faint">{layoutName}</span>
      <span className="ml-auto shrink-0 text-sm text-dim">
        {memberCount === null ? (
          <span className="inline-flex items-center gap-1 text-amber">
            <SeveritySign severity="warning" size={12} /> its index is gone
          </span>
        ) : (
          `${formatCount(memberCount)} ${memberCount === 1 ? 'key' : 'keys'}`
        )}
      </span>
    </li>
  );
}

function TagLink({ tag }: { tag: string }) {
  const { search } = usePageSearch();
  return (
    <Link
      to="/tags"
      search={{ ...spanSearch(search), q: tag }}
      className="inline-flex min-w-0 text-blue underline"
    >
      <MiddleText text={tag} />
    </Link>
  );
}

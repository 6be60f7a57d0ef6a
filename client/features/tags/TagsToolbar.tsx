import { usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { Button } from '#client/ui/Button.tsx';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Select } from '#client/ui/Select.tsx';
import { useDebouncedText } from '#client/ui/useDebouncedText.ts';
import { healthFilter, healthOptions } from './healthFilter.ts';

interface TagsToolbarProps {
  tags: { readonly isFetching: boolean; readonly refetch: () => unknown };
}

/** What the list of tags is narrowed to, and a new walk over the keys. */
export function TagsToolbar({ tags }: TagsToolbarProps) {
  const { search, setSearch } = usePageSearch();
  const field = useFilterShortcut();
  const { text, setText } = useDebouncedText(search.q ?? '', (q) => setSearch({ q }));
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
      <div className="flex min-w-0 flex-1 basis-64">
        <FilterField
          ref={field}
          label="Search tags"
          placeholder="Search tags by name"
          value={text}
          onChange={setText}
        />
      </div>
      <Select
        label="Health"
        prefix="Health"
        value={healthFilter(search.health)}
        options={healthOptions}
        onChange={(value) => setSearch({ health: value === 'all' ? undefined : value })}
      />
      <Button disabled={tags.isFetching} onClick={() => void tags.refetch()}>
        {tags.isFetching ? 'Scanning' : 'Scan again'}
      </Button>
    </div>
  );
}

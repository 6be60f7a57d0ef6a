import { usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { UnknownState } from '#client/ui/QueryStates.tsx';
import { SourceTag } from '#client/ui/values/SourceTag.tsx';
import type { InfoSection } from '#shared/snapshot.ts';
import { filterInfo } from './filterInfo.ts';
import type { Node } from './nodeFact.ts';

/** INFO as Redis spelt it, every field, unknown ones too. */
export function InfoPanel({ info }: { info: Node['info'] }) {
  const { search, setSearch } = usePageSearch();
  const field = useFilterShortcut();
  const filter = search.q ?? '';
  return (
    <Panel title="INFO, as Redis says it" note={<SourceTag reading={info} />}>
      {info.state === 'unknown' ? (
        <UnknownState reading={info} />
      ) : (
        <div className="flex flex-col gap-3 px-3 pt-1 pb-3">
          <FilterField
            ref={field}
            label="Filter the fields of INFO"
            value={filter}
            onChange={(q) => setSearch({ q: q === '' ? undefined : q })}
          />
          <Sections sections={filterInfo(info.value, filter)} filter={filter} />
        </div>
      )}
    </Panel>
  );
}

function Sections({ sections, filter }: { sections: readonly InfoSection[]; filter: string }) {
  if (sections.length === 0) return <EmptyState title={`No field of INFO matches "${filter}"`} />;
  return (
    <div className="columns-1 gap-6 md:columns-2 xl:columns-3">
      {sections.map((section) => (
        <div key={section.name} className="mb-3 break-inside-avoid-column">
          <h3 className="pb-0.5 text-sm font-medium text-dim">{section.name}</h3>
          <dl>
            {section.fields.map(({ name, value }) => (
              <div key={`${name} ${value}`} className="flex gap-3 border-t border-line py-px">
                <dt className="shrink-0">
                  <code className="text-dim">{name}</code>
                </dt>
                <dd className="ml-auto min-w-0 text-right break-all">
                  <code>{value}</code>
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}

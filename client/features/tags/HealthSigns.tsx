import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { findingNames } from './healthFilter.ts';

/** The worst finding of a tag in a word, and how many more there are; nothing when all is well. */
export function HealthSigns({ tag: { health, memberCount } }: { tag: TagSummary }) {
  if (memberCount === null) return <UnknownDash reason="This library keeps no list of entries to look at." />;
  if (health === null) return <UnknownDash reason="The server has not looked at its members yet." />;
  const [worst, ...others] = health.findings;
  if (worst === undefined) return <span className="text-dim">no finding</span>;
  return (
    <span
      className="flex items-center gap-1.5"
      title={health.findings.map(({ kind }) => findingNames[kind]).join(', ')}
    >
      <SeveritySign severity={worst.severity} size={12} />
      <span className="truncate">{findingNames[worst.kind]}</span>
      {others.length > 0 && <span className="text-dim">+{others.length}</span>}
    </span>
  );
}

import { Panel } from '#client/ui/Panel.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import type { TagFinding } from '#shared/tags/tagFinding.ts';
import { sampleWords } from './prepareTag.ts';

/** What is wrong with the index: evidence, why it matters, what to do first. */
export function FindingsPanel({ detail }: { detail: TagDetail }) {
  const { findings } = detail;
  return (
    <Panel title="Health" note={`by ${sampleWords(detail)}`}>
      {findings.length === 0 ? (
        <p className="px-3 pb-3 text-dim">
          No finding: no entry outlives its index, and its size, its members that are gone and its TTL are
          within bounds.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {findings.map((finding) => (
            <li key={finding.kind}>
              <Finding finding={finding} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Finding({ finding: { severity, title, evidence, why, firstStep } }: { finding: TagFinding }) {
  return (
    <article aria-label={title} className="flex flex-col gap-1 px-3 py-2">
      <h3 className="flex items-center gap-2 font-medium">
        <SeveritySign severity={severity} size={14} />
        {title}
      </h3>
      <p>{evidence}</p>
      <p className="text-dim">{why}</p>
      <p>
        <span className="text-dim">First: </span>
        {firstStep}
      </p>
    </article>
  );
}

import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates, UnknownState } from '#client/ui/QueryStates.tsx';
import { SourceTag } from '#client/ui/values/SourceTag.tsx';
import { InfoPanel } from './InfoPanel.tsx';
import { NodeCharts } from './NodeCharts.tsx';
import { NodeFacts } from './NodeFacts.tsx';
import type { Node, NodesAnswer } from './nodeFact.ts';
import { prepareNodeFacts } from './prepareNodeFacts.ts';
import { useNodes } from './useNodes.ts';

/** INFO is read every 2 s while somebody looks. */
const STALE_AFTER_MS = 15_000;

/** Each Redis server: what it says of itself, what that means, and how it went. */
export function NodesView() {
  const query = useNodes();
  return (
    <QueryStates
      query={query}
      label="the nodes"
      heightPx={500}
      readAtMs={oldestReading}
      staleAfterMs={STALE_AFTER_MS}
      empty={(data) =>
        data.nodes.length === 0 ? (
          <EmptyState isUnknown title="No node was read yet">
            Redis did not answer since this server started. It is tried again by itself.
          </EmptyState>
        ) : null
      }
    >
      {(data) => (
        <div className="flex flex-col gap-2.5">
          {data.nodes.map((node) => (
            <NodePanels key={node.id} node={node} data={data} />
          ))}
        </div>
      )}
    </QueryStates>
  );
}

function NodePanels({ node, data }: { node: Node; data: NodesAnswer }) {
  return (
    <>
      <Panel title={<code>{node.id}</code>} note={<SourceTag reading={node.facts} />}>
        {node.facts.state === 'unknown' ? (
          <UnknownState reading={node.facts} />
        ) : (
          <NodeFacts groups={prepareNodeFacts(node.facts.value, node.rates)} />
        )}
      </Panel>
      <NodeCharts node={node} span={data.span} marks={data.marks} />
      <InfoPanel info={node.info} />
    </>
  );
}

function oldestReading(data: NodesAnswer): number | null {
  const times = data.nodes.flatMap(({ facts }) => (facts.state === 'known' ? [facts.atMs] : []));
  return times.length === 0 ? null : Math.min(...times);
}

import { formatBytes, formatCount, formatRate } from '#client/lib/formatNumber.ts';
import type { Status } from '../overviewFacts.ts';
import type { WrongItem } from './wrongItem.ts';

export function nodeItems({ nodes }: Status): readonly WrongItem[] {
  return nodes.flatMap((node) => {
    if (node.facts.state === 'unknown') return [];
    const open = { label: 'Open nodes', to: '/nodes' };
    return nodeFindings(node.facts.value, node.rates.rejectedConnectionsPerSecond).map((finding) => ({
      ...finding,
      id: `${finding.id} ${node.id}`,
      subject: null,
      next: open,
    }));
  });
}

type Facts = Extract<Status['nodes'][number]['facts'], { state: 'known' }>['value'];
type NodeFinding = Pick<WrongItem, 'id' | 'severity' | 'title' | 'detail' | 'impact'>;

/** Share of `maxmemory` above which a Redis that may not evict will soon refuse writes. Ours. */
const FULL_RATIO = 0.95;

function nodeFindings(facts: Facts, rejectedPerSecond: number | null): readonly NodeFinding[] {
  const findings: NodeFinding[] = [];
  if (rejectedPerSecond !== null && rejectedPerSecond > 0) {
    const limit = facts.maxClientCount === null ? '' : ` of ${formatCount(facts.maxClientCount)} allowed`;
    const count =
      facts.connectedClientCount === null ? 'Clients' : `${formatCount(facts.connectedClientCount)} clients`;
    findings.push({
      id: 'rejected',
      severity: 'critical',
      title: 'Redis refuses connections',
      detail: `${count}${limit} are connected.`,
      impact: { value: formatRate(rejectedPerSecond), unit: 'refused' },
    });
  }
  const { usedMemoryBytes: used, maxMemoryBytes: max } = facts;
  if (facts.evictionPolicy === 'noeviction' && used !== null && max !== null && used >= max * FULL_RATIO) {
    findings.push({
      id: 'full',
      severity: 'critical',
      title: 'Memory is full and nothing may be evicted: writes are refused',
      detail: `${formatBytes(used)} of ${formatBytes(max)}, maxmemory-policy noeviction.`,
      impact: null,
    });
  }
  if (facts.lastSaveFailed === true) {
    findings.push({
      id: 'save',
      severity: 'warning',
      title: 'The last save to disk failed',
      detail: 'Redis may refuse writes until a save succeeds (stop-writes-on-bgsave-error).',
      impact: null,
    });
  }
  return findings;
}

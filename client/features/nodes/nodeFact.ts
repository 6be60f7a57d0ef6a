import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import type { Severity } from '#client/ui/SeveritySign.tsx';

export type NodesAnswer = RouterOutputs['nodes']['get'];
export type Node = NodesAnswer['nodes'][number];
export type KnownFacts = Extract<Node['facts'], { state: 'known' }>['value'];

/** One thing that INFO says, explained. */
export interface NodeFact {
  readonly label: string;
  /** Null = this Redis does not say. */
  readonly value: string | null;
  /** What it means, and when it is bad. */
  readonly meaning: string;
  readonly severity?: Severity;
}

export interface NodeFactGroup {
  readonly title: string;
  readonly facts: readonly NodeFact[];
}

/** Something that names metrics targets, and how the last look at it went. */
export interface MetricsFinder {
  readonly kind: 'file' | 'dns' | 'announcement' | 'prometheus';
  /** A path, a DNS name, the address of a Prometheus server, or the ranges in which announced addresses are scraped. */
  readonly name: string;
  readonly state: 'pending' | 'working' | 'failing';
  readonly targetCount: number;
  readonly lastOkAtMs: number | null;
  /** A sentence for an operator: what failed or was left out; empty when nothing was. */
  readonly detail: string;
}

/** One thing that is wrong with invalidations now. */
export interface InvalidationFinding {
  readonly id: string;
  /** Of the catalogue of rules: R18 lost invalidations, R19 a storm of them. */
  readonly rule: 'R18' | 'R19';
  readonly severity: 'critical' | 'warning' | 'note';
  readonly text: string;
  /** What it means, and what to do first. */
  readonly meaning: string;
  readonly sinceMs: number | null;
}

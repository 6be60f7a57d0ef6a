import { Gauge, type Registry } from 'prom-client';

/** Asked at each scrape. */
export interface AuditFacts {
  readonly isWritable: boolean;
  /** Null while the log is empty. */
  readonly headSequence: number | null;
  /** What the last check of the chain said; null = none has come to its end. */
  readonly isIntact: boolean | null;
}

/** What an alert can be made of: nothing can be changed, entries were changed, or a log that became shorter. */
export function addAuditMetrics(registry: Registry, facts: () => AuditFacts): void {
  const registers = [registry];
  new Gauge({
    name: 'cachescope_audit_writable',
    help: '1 when audit entries can be written; without them nothing is started',
    registers,
    collect() {
      this.set(facts().isWritable ? 1 : 0);
    },
  });
  new Gauge({
    name: 'cachescope_audit_head_sequence',
    help: 'Number of the newest audit entry; it never falls',
    registers,
    collect() {
      this.set(facts().headSequence ?? 0);
    },
  });
  new Gauge({
    name: 'cachescope_audit_chain_intact',
    help: '1 when the last check found every audit entry as it was written; NaN before the first',
    registers,
    collect() {
      const { isIntact } = facts();
      this.set(isIntact === null ? Number.NaN : isIntact ? 1 : 0);
    },
  });
}

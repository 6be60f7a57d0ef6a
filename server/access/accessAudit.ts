import type { AuditLog, AuditRecord } from '#server/audit/auditLog.ts';
import { AppError } from '#shared/errorCodes.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** Refused logins that are written one by one within a minute; a flood of them must not fill the disk. */
const REFUSALS_PER_MINUTE = 30;

interface AuditParts {
  readonly audit: AuditLog;
  readonly environment: string;
  readonly elapsedMs: () => number;
  readonly log: (line: string) => void;
}

/** Entries about who may act. No entry holds a password or a token, nor what was typed as the name of nobody. */
export class AccessAudit {
  readonly #parts: AuditParts;
  #refusals = { minuteAtMs: 0, count: 0, unwrittenCount: 0 };

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** Looking must stay possible when the disk is full, so a login goes on without an entry, and the server's log says so. */
  async entered(name: string, outcome: string): Promise<void> {
    await this.#appendIfPossible({ ...this.#login(name), phase: 'started', outcome });
  }

  async left(name: string, outcome: string): Promise<void> {
    await this.#appendIfPossible({ ...this.#login(name), phase: 'ended', outcome });
  }

  async refused(name: string, outcome: string): Promise<void> {
    const { elapsedMs } = this.#parts;
    if (elapsedMs() - this.#refusals.minuteAtMs >= 60_000) {
      this.#refusals = { ...this.#refusals, minuteAtMs: elapsedMs(), count: 0 };
    }
    this.#refusals.count += 1;
    if (this.#refusals.count > REFUSALS_PER_MINUTE) {
      this.#refusals.unwrittenCount += 1;
      return;
    }
    const { unwrittenCount } = this.#refusals;
    this.#refusals.unwrittenCount = 0;
    const more = unwrittenCount === 0 ? '' : ` ${unwrittenCount} more before it were not written one by one.`;
    await this.#appendIfPossible({ ...this.#login(name), phase: 'refused', outcome: `${outcome}${more}` });
  }

  /**
   * The intent is on disk before `act` runs; its end is written after. Throws `AppError` auditUnavailable, having done
   * nothing, and what `act` throws.
   */
  async change(change: { by: string; user: string; what: string }, act: () => void): Promise<void> {
    const { by, user, what } = change;
    const record = { ...this.#record(by), action: 'userChange' as const, subject: `user ${user}` };
    await this.#parts.audit.append({ ...record, phase: 'started', outcome: what });
    try {
      act();
    } catch (error) {
      const why = error instanceof AppError ? error.message : 'It failed unexpectedly.';
      await this.#appendIfPossible({ ...record, phase: 'refused', outcome: `${what}: ${why}` });
      throw error;
    }
    await this.#appendIfPossible({ ...record, phase: 'ended', outcome: what });
  }

  #login(name: string) {
    return { ...this.#record(name), action: 'login' as const, subject: 'login' };
  }

  #record(actor: string) {
    return {
      targetId: DEFAULT_TARGET_ID,
      environment: this.#parts.environment,
      actor,
      planId: '',
      jobId: null,
      plannedCount: null,
      progress: null,
      reason: '',
    };
  }

  async #appendIfPossible(record: AuditRecord): Promise<void> {
    try {
      await this.#parts.audit.append(record);
    } catch {
      this.#parts.log(
        `The audit log cannot be written; this is missing in it: ${record.actor}: ${record.outcome}`,
      );
    }
  }
}

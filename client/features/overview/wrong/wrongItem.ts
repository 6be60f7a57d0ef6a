import type { PageSearch } from '#client/lib/urlState.ts';
import type { Severity } from '#client/ui/SeveritySign.tsx';

export interface WrongItem {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** A pattern in the title, set as code. */
  readonly subject: string | null;
  readonly detail: string;
  /** What it costs; null where it cannot be said in a figure. */
  readonly impact: { readonly value: string; readonly unit: string } | null;
  /** Where to look next. */
  readonly next: {
    readonly label: string;
    readonly to: string;
    readonly pattern?: string;
    readonly search?: PageSearch;
  } | null;
}

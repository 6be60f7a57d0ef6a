import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import type { PatternSort } from '../orderPatterns.ts';
import type { PatternModel } from '../patternModel.ts';

export interface PatternColumn extends TableColumn<PatternModel> {
  readonly id: PatternSort | 'spark';
  readonly help: string;
}

/** Where the numbers of a column come from. */
export const FROM_METRICS = 'Source: metrics of the services.';
export const FROM_SAMPLE = 'Source: sample of the keys.';
export const NOTHING_BEFORE = 'Nothing is compared, or nothing was measured in the span before.';

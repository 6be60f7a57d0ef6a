import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDateTime } from '#client/lib/formatTime.ts';
import type { MarkState } from '#shared/tags/markView.ts';

/** What the mark of a tag says, in a sentence. */
export function describeMark(state: MarkState): string {
  switch (state.kind) {
    case 'absent':
      return 'This tag was never invalidated.';
    case 'counter':
      return `Its counter stands at ${formatCount(state.count)}.`;
    case 'time':
      return `It was last invalidated at ${formatDateTime(state.atMs)}.`;
    case 'version':
      return 'It has a random version, which is drawn anew when it is invalidated.';
    case 'opaque':
      return 'What its mark says is known to the application alone.';
  }
}

import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDateTime } from '#client/lib/formatTime.ts';
import type { MarkPlan } from '#shared/acting/plan.ts';
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

/** What a plan knows in figures, and what nobody knows: that is never zero. */
export function markPlanFacts({
  channelCount,
}: MarkPlan): readonly { readonly value: string; readonly text: string }[] {
  return [
    { value: 'not known', text: 'how many entries carry the tag' },
    { value: 'not known', text: 'what their next readers ask of the source' },
    ...(channelCount === null
      ? []
      : [
          {
            value: formatCount(channelCount),
            text: `${channelCount === 1 ? 'channel' : 'channels'} on which services listen now and are told`,
          },
        ]),
  ];
}

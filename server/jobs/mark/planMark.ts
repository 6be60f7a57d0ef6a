import { createHash } from 'node:crypto';
import { readTagMark } from '#server/tags/marks/readTagMark.ts';
import type { TagMark } from '#server/tags/marks/tagMark.ts';
import type { MarkInput, MarkPlan } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey } from '#shared/keyText.ts';
import { purgeChannels } from '#shared/tags/purgeChannels.ts';
import type { TermsOf } from '../door/planTerms.ts';
import type { RandomBytes } from '../drawRandom.ts';
import type { OperatorSession } from '../operatorSession.ts';
import type { HeldMark } from './heldMark.ts';
import { prepareMarkShell } from './prepareMarkShell.ts';

export interface MarkPlanParts {
  readonly session: OperatorSession;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly token: string;
  readonly termsOf: TermsOf;
}

/**
 * What purging a tag by its mark would do; reads the mark, the clock of Redis and who listens. Throws `AppError` badInput
 * with the reason where no purge from outside works, notFound when no mark stands there; `RedisFault`.
 */
export async function planMark(parts: MarkPlanParts, input: MarkInput): Promise<HeldMark> {
  const connection = await parts.session.connection();
  const mark = await readTagMark(connection, input.layout, input.tagKey);
  if (mark.refusal !== null) throw new AppError('badInput', mark.refusal);
  const { after } = await mark.prepareMark(connection);
  const tag = formatKey(mark.tag);
  const content = {
    kind: 'mark',
    targetId: input.targetId,
    environment: parts.environment,
    ...parts.termsOf(null),
    title: `Purge all that is tagged ${tag} (${mark.layout.name}) in ${parts.environment}`,
    layoutName: mark.layout.name,
    tag,
    subject: formatKey(mark.tagKey),
    state: mark.state,
    reach: mark.reach,
    channelCount: countChannels(mark, after),
    shellCommands: prepareMarkShell(mark),
    warning:
      'How many entries go is not known, nor what their next readers will ask of the source. This cannot be undone: the mark put back would make fresh what was rightly invalidated meanwhile.',
    // Unknown may be all there is, so that neither is left out for being few.
    confirmation: { kind: 'typed', text: parts.environment },
    isReasonRequired: true,
  } as const;
  const { runId } = parts.session;
  const hash = createHash('sha256').update(parts.random(16)).update(JSON.stringify(content));
  const id = hash
    .update(runId ?? '')
    .digest('hex')
    .slice(0, 32);
  return { plan: { ...content, token: parts.token, id }, mark, runId };
}

/** Messages of a purge by mark, one a channel; null where the layout has no channels. */
export function countChannels(
  { layout }: TagMark,
  after: readonly (readonly [string, ...unknown[]])[],
): MarkPlan['channelCount'] {
  if (!Object.hasOwn(purgeChannels, layout.id)) return null;
  return after.filter(([name]) => name === 'PUBLISH').length;
}

import type { ServiceCommands } from '#server/control/serviceCommands.ts';
import type { WarmInput } from '#shared/acting/plan.ts';
import type { ControlAnswer } from '#shared/control/controlAnswer.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import { AppError } from '#shared/errorCodes.ts';
import { estimateCount, exact } from '#shared/statistics.ts';
import { runWarm } from './runWarm.ts';
import type { WarmWay } from './warmWay.ts';

/** A warmer of a service with our library: one of its instances says what it would load, and loads it. */
export function instanceWay(
  commands: Pick<ServiceCommands, 'ask'>,
  { prefix, warmer }: Pick<WarmInput, 'prefix' | 'warmer'>,
): WarmWay {
  return {
    async look() {
      const answer = await commands.ask({ prefix, to: null, command: { kind: 'warm.preview', warmer } });
      const { preview, answeredBy } = previewOf(answer, warmer);
      const { entryCount, sampledCount, freshCount } = preview;
      const loadCount = estimateCount(sampledCount - freshCount, sampledCount, entryCount) ?? exact(0);
      return { preview, answeredBy, loadCount, hook: null };
    },
    async checkStillAsPlanned() {
      const answer = await commands.ask({ prefix, to: null, command: { kind: 'ping' } });
      if (answer !== null) return;
      throw new AppError('planChanged', 'No instance of the service answers any more. Nothing was started.');
    },
    run: (parts) => runWarm({ ...parts, prefix, commands }),
  };
}

function previewOf(
  answer: ControlAnswer | null,
  warmer: string,
): { readonly preview: WarmPreview; readonly answeredBy: string } {
  if (answer === null) {
    throw new AppError(
      'notFound',
      `No instance said what ${warmer} would do. Either none takes commands (option control of cachescope/cache), or they hang.`,
    );
  }
  const { state, preview, text, reason, from, version } = answer;
  const answeredBy = `${from} (${version})`;
  if (state === 'done' && preview !== null) return { preview, answeredBy };
  throw new AppError('badInput', `${answeredBy} cannot say what ${warmer} would do: ${text || reason}`);
}

import type { Clock } from '#server/clock/clock.ts';
import type { TermsOf } from '../door/planTerms.ts';
import type { RandomBytes } from '../drawRandom.ts';
import type { OperatorSession } from '../operatorSession.ts';
import type { UndoVault } from '../undo/undoVault.ts';
import type { SourceLoad } from './forecast/forecastLoad.ts';
import type { KnownUse } from './predicates/openPredicates.ts';

/** What a plan is made with. */
export interface PlanParts {
  readonly session: OperatorSession;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly patternOf: (keyText: string) => string;
  readonly knownUse: KnownUse;
  readonly sourceLoad: () => SourceLoad;
  readonly vault: UndoVault;
  /** Start of the key names of a service; null = it is not known. */
  readonly prefixOf: (service: string) => string | null;
  readonly token: string;
  readonly termsOf: TermsOf;
}

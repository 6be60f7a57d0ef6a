import type { BreakerConvention } from './breakerConvention.ts';
import { cockatielBreakers } from './conventions/cockatielBreakers.ts';
import { mollitiaBreakers } from './conventions/mollitiaBreakers.ts';
import { opossumBreakers } from './conventions/opossumBreakers.ts';
import { resilience4jBreakers } from './conventions/resilience4jBreakers.ts';

export const breakerConventions: readonly BreakerConvention[] = [
  resilience4jBreakers,
  opossumBreakers,
  cockatielBreakers,
  mollitiaBreakers,
];

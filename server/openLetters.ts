import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import type { Config } from './config/config.ts';
import type { LookupLedger } from './redis/lookupLedger.ts';
import { openRedis } from './redis/openRedis.ts';
import type { ServerSurroundings } from './serverSurroundings.ts';
import { LetterDesk, type LetterService } from './snapshot/letters/letterDesk.ts';
import type { TargetWatch } from './snapshot/targetWatch.ts';
import { createRedaction } from './sources/keys/value/redaction.ts';

interface LetterSurroundings extends Pick<ServerSurroundings, 'clock' | 'random'> {
  readonly watch: Pick<TargetWatch, 'warmingServices' | 'invalidations'>;
  readonly ledger: LookupLedger;
}

/** Who reads dead letters, of the services that are known now. */
export function openLetters(
  config: Config,
  { clock, random, watch, ledger }: LetterSurroundings,
): LetterDesk {
  const { nowMs } = clock;
  return new LetterDesk({
    openInspector: () =>
      openRedis({
        ...{ settings: config.redis, role: 'inspector', eventStreams: config.eventStreams },
        ...{ ledger, nowMs, random },
      }),
    eventStreams: config.eventStreams,
    services: () => servicesOf(watch),
    redaction: createRedaction(config.hiddenNames),
    areValuesShown: config.areValuesShown,
    nowMs,
  });
}

/** One that is known by its metrics alone begins its keys with its name, unless it was told otherwise. */
function servicesOf(watch: LetterSurroundings['watch']): readonly LetterService[] {
  const announced = watch.warmingServices();
  const names = new Set([
    ...announced.map(({ service }) => service),
    ...watch.invalidations().flatMap(({ service }) => service ?? []),
  ]);
  return [...names].sort().map((service) => ({
    service,
    prefix: announced.find((one) => one.service === service)?.prefix ?? `${service}:`,
    ...toldBy(watch.invalidations().filter((instance) => instance.service === service)),
  }));
}

/** What its instances count letters of, besides invalidations. */
function toldBy(
  instances: readonly InstanceInvalidation[],
): Pick<LetterService, 'families' | 'eventStreams'> {
  const told = instances.flatMap(({ deadLetters }) => deadLetters);
  const families = told
    .map(({ queue }) => queue)
    .filter((queue) => queue !== 'events' && queue !== 'invalidations');
  return {
    families: [...new Set(families)].sort(),
    eventStreams: [...new Set(told.flatMap(({ stream }) => stream ?? []))].sort(),
  };
}

import type { AnnouncedInstance } from '#server/sources/announced/announcedInstances.ts';
import type { InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';
import type { ServiceInstance } from '#shared/services/serviceInstance.ts';
import type {
  KnownWarmer,
  WarmerRun,
  WarmingRefusal,
  WarmingService,
} from '#shared/services/warmingService.ts';

/** An announced instance whose snapshot was read at least once. */
interface Told {
  readonly prefix: string;
  readonly isHeard: boolean;
  readonly snapshot: InstanceSnapshot;
}

/**
 * Services of our library, by name, with what their instances announced of their warmers. `known` are all processes that are read by
 * whichever way: a service that nobody announced is listed without warmers.
 */
export function deriveWarmingServices(
  announced: readonly AnnouncedInstance[],
  known: readonly ServiceInstance[],
): readonly WarmingService[] {
  const told = announced.flatMap(({ prefix, isAlive, lastSnapshot }): Told[] =>
    lastSnapshot === null ? [] : [{ prefix, isHeard: isAlive, snapshot: lastSnapshot }],
  );
  const groups = Map.groupBy(told, ({ prefix, snapshot: { service } }) => JSON.stringify([service, prefix]));
  const services = [...groups.values()].flatMap(serviceOf);
  const announcedNames = new Set(services.map(({ service }) => service));
  return [...services, ...otherServices(known, announcedNames)].toSorted((one, other) =>
    one.service.localeCompare(other.service),
  );
}

function serviceOf(instances: readonly Told[]): WarmingService[] {
  const [first] = instances;
  if (first === undefined) return [];
  const heard = instances.filter(({ isHeard }) => isHeard);
  const says = heard.flatMap(({ snapshot: { takesCommands } }) =>
    takesCommands === null ? [] : [takesCommands],
  );
  const commandedCount = says.length === 0 ? null : says.filter((takes) => takes).length;
  const warmers = warmersOf(instances);
  return [
    {
      ...{ service: first.snapshot.service, prefix: first.prefix, warmers, commandedCount },
      ...{ instanceCount: instances.length, heardCount: heard.length },
      refusal: refusalOf({
        heardCount: heard.length,
        silentCount: heard.length - says.length,
        commandedCount,
        warmers,
      }),
    },
  ];
}

interface Standing extends Pick<WarmingService, 'heardCount' | 'commandedCount' | 'warmers'> {
  /** Instances that are heard and do not say whether they take commands. */
  readonly silentCount: number;
}

function refusalOf({ heardCount, silentCount, commandedCount, warmers }: Standing): WarmingRefusal | null {
  if (heardCount === 0) return 'noneHeard';
  if (warmers.length === 0) return 'noWarmers';
  return commandedCount === 0 && silentCount === 0 ? 'noCommands' : null;
}

function warmersOf(instances: readonly Told[]): readonly KnownWarmer[] {
  const runs = new Map<string, WarmerRun[]>();
  for (const { isHeard, snapshot } of instances) {
    const { instance, version } = snapshot;
    for (const { warmer, ...run } of snapshot.warmers) {
      const found = runs.get(warmer) ?? [];
      runs.set(warmer, found);
      found.push({ ...run, instance, version, isHeard });
    }
  }
  return [...runs]
    .map(([warmer, ofIt]) => ({ warmer, runs: ofIt.toSorted(byNews) }))
    .toSorted((one, other) => one.warmer.localeCompare(other.warmer));
}

/** One that only met the lease of another says the least of those that ran. */
function byNews(one: WarmerRun, other: WarmerRun): number {
  return rankOf(one) - rankOf(other) || (other.atMs ?? 0) - (one.atMs ?? 0);
}

function rankOf({ state }: WarmerRun): number {
  if (state === 'started' || state === 'progressed') return 0;
  if (state === 'idle') return 3;
  return state === 'leased' ? 2 : 1;
}

/** Of our library by their metrics, and not announced. */
function otherServices(
  known: readonly ServiceInstance[],
  announcedNames: ReadonlySet<string>,
): readonly WarmingService[] {
  const ours = known.filter(({ figures }) => figures !== null);
  const groups = Map.groupBy(ours, ({ service }) => service);
  return [...groups].flatMap(([service, instances]): WarmingService[] =>
    service === null || announcedNames.has(service)
      ? []
      : [
          {
            ...{ service, prefix: null, warmers: [], refusal: 'notAnnounced', commandedCount: null },
            instanceCount: instances.length,
            heardCount: instances.filter(({ silentSinceMs }) => silentSinceMs === null).length,
          },
        ],
  );
}

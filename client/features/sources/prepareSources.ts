import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { orderRows, parseRowOrder, type RowOrder, type SortValue } from '#client/lib/rowOrder.ts';
import type { Severity } from '#client/ui/SeveritySign.tsx';
import { trafficSourceWords } from '#shared/traffic/trafficSource.ts';
import { faultAdvice } from './faultAdvice.ts';

type Status = RouterOutputs['status']['get'];
type Source = Status['metricsSources'][number];
type Finder = Status['metricsFinders'][number];

export interface SourceRow {
  readonly id: string;
  readonly url: string;
  /** Who named it. */
  readonly namedBy: string;
  readonly state: 'pending' | 'down' | 'partly' | 'up';
  readonly service: string | null;
  /** Instance and version, for hover. */
  readonly process: string;
  readonly conventions: string;
  readonly lastOkAtMs: number | null;
  readonly cost: Source['cost'];
  readonly detail: string;
}

/** Something that is wrong, and the next step. */
export interface SourceTrouble {
  readonly id: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly text: string;
  readonly advice: string;
}

export interface SourcesModel {
  readonly rows: readonly SourceRow[];
  readonly troubles: readonly SourceTrouble[];
  /** Of the troubles, those that are not shown. */
  readonly hiddenTroubleCount: number;
  readonly summary: string;
}

export const stateWords: Readonly<Record<SourceRow['state'], string>> = {
  pending: 'not read yet',
  down: 'down',
  partly: 'read in part',
  up: 'up',
};

const sourceSorts = ['state', 'source', 'service', 'lastOk', 'took', 'kept'] as const;
export type SourceSort = (typeof sourceSorts)[number];

const SHOWN_TROUBLES = 8;
const stateRanks: Readonly<Record<SourceRow['state'], number>> = { down: 0, partly: 1, pending: 2, up: 3 };

const sortValues: Record<SourceSort, (row: SourceRow) => SortValue> = {
  state: ({ state }) => stateRanks[state],
  source: ({ url }) => url,
  service: ({ service }) => service,
  lastOk: ({ lastOkAtMs }) => lastOkAtMs,
  took: ({ cost }) => cost?.durationMs ?? null,
  kept: ({ cost }) => cost?.seriesKeptCount ?? null,
};

/** What is wrong stands first. */
export function sourceOrder(text: string | undefined): RowOrder<SourceSort> {
  return parseRowOrder(text, sourceSorts) ?? { column: 'state', direction: 'ascending' };
}

export function prepareSources(
  { metricsSources, metricsFinders }: Pick<Status, 'metricsSources' | 'metricsFinders'>,
  filter: string,
  order: RowOrder<SourceSort>,
): SourcesModel {
  const all = metricsSources.map(prepareRow);
  const troubles = [...metricsFinders.flatMap(finderTrouble), ...metricsSources.flatMap(sourceTrouble)];
  const wanted = all.filter((row) => matches(row, filter));
  return {
    rows: orderRows(wanted, sortValues[order.column], order.direction),
    troubles: troubles.slice(0, SHOWN_TROUBLES),
    hiddenTroubleCount: Math.max(0, troubles.length - SHOWN_TROUBLES),
    summary: summaryOf(all),
  };
}

function prepareRow(source: Source): SourceRow {
  const { url, connectedTo, state, fault, instance, version } = source;
  const parts = [
    ...(instance === null ? [] : [`instance ${instance}`]),
    ...(version === null ? [] : [`version ${version}`]),
  ];
  return {
    id: idOf(source),
    url: connectedTo === null ? url : `${url} at ${connectedTo}`,
    namedBy: namedBy(source),
    state: state === 'up' && fault !== null ? 'partly' : state,
    service: source.service,
    process: parts.join(', '),
    conventions: source.conventions.map((id) => trafficSourceWords[id]).join(', '),
    lastOkAtMs: source.lastOkAtMs,
    cost: source.cost,
    detail: source.detail,
  };
}

function idOf({ url, connectedTo, origin, foundBy }: Source): string {
  // All that one Prometheus server told of have its address.
  return `${url} ${origin === 'prometheus' ? foundBy : (connectedTo ?? '')}`;
}

function namedBy({ origin, foundBy }: Source): string {
  switch (origin) {
    case 'configuration':
      return 'the configuration';
    case 'file':
      return foundBy;
    case 'dns':
      return `DNS: ${foundBy}`;
    case 'announcement':
      return `announced by ${foundBy}`;
    case 'prometheus':
      return `Prometheus: ${foundBy}`;
  }
}

function sourceTrouble(source: Source): readonly SourceTrouble[] {
  const { fault, state, detail, service } = source;
  if (fault === null) return [];
  const { url } = prepareRow(source);
  return [
    {
      id: idOf(source),
      severity: state === 'down' ? 'warning' : 'note',
      subject: service === null ? url : `${service}, ${url}`,
      text: state === 'down' ? `${detail} Its figures are left out.` : detail,
      advice: faultAdvice[fault],
    },
  ];
}

const finderWords: Readonly<Record<Finder['kind'], string>> = {
  file: 'File of targets',
  dns: 'DNS name',
  announcement: 'Announced instances',
  prometheus: 'Prometheus server',
};

const finderAdvice: Readonly<Record<Finder['kind'], string>> = {
  file: 'Correct the file; it is read again within seconds.',
  dns: 'Check the name, and the DNS servers of the machine that Cachescope runs on.',
  announcement: 'Start with --metrics-announced none if no instance announces itself.',
  prometheus: 'Check its address and credentials; --prometheus-match says what of it is read.',
};

function finderTrouble({ kind, name, state, detail, targetCount }: Finder): readonly SourceTrouble[] {
  if (detail === '' || state === 'pending') return [];
  const kept = targetCount === 1 ? 'The source' : `The ${targetCount} sources`;
  const stays =
    state === 'failing' && targetCount > 0 && kind !== 'prometheus'
      ? ` ${kept} that it named before stay.`
      : '';
  return [
    {
      id: `${kind} ${name}`,
      severity: state === 'failing' ? 'warning' : 'note',
      subject: `${finderWords[kind]}, ${name}`,
      text: `${detail}${stays}`,
      advice: finderAdvice[kind],
    },
  ];
}

function matches({ url, service, process, namedBy: by, conventions }: SourceRow, filter: string): boolean {
  const text = `${url} ${service ?? ''} ${process} ${by} ${conventions}`.toLowerCase();
  return text.includes(filter.trim().toLowerCase());
}

function summaryOf(rows: readonly SourceRow[]): string {
  const count = (state: SourceRow['state']) => rows.filter((row) => row.state === state).length;
  const states = (['up', 'partly', 'down', 'pending'] as const).filter((state) => count(state) > 0);
  return states.map((state) => `${count(state)} ${stateWords[state]}`).join(', ');
}

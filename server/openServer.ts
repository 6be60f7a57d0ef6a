import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { isTerminal } from '#shared/acting/job.ts';
import { openAccess } from './access/openAccess.ts';
import type { ApiParts } from './api/apiContext.ts';
import { type Config, redactedAddress } from './config/config.ts';
import type { HttpCommands } from './control/httpCommands.ts';
import { ServiceCommands } from './control/serviceCommands.ts';
import { openDataDirectory } from './dataDirectory/openDataDirectory.ts';
import { openSqliteHistory } from './history/sqlite/openSqliteHistory.ts';
import { listen } from './http/listen.ts';
import { openHttp } from './http/openHttp.ts';
import { createOwnMetrics, type OwnMetrics } from './http/ownMetrics.ts';
import { openAudit } from './openAudit.ts';
import { openGuardedJobs } from './openGuardedJobs.ts';
import { openLetters } from './openLetters.ts';
import { openWatch } from './openWatch.ts';
import type { LookupLedger } from './redis/lookupLedger.ts';
import { openRedis } from './redis/openRedis.ts';
import type { ServerSurroundings } from './serverSurroundings.ts';
import { tellNote } from './tellNote.ts';

export interface RunningServer {
  /** `http://127.0.0.1:7676`, as a browser on this machine reaches it. */
  readonly url: string;
  /** Ends jobs at the next batch, writes what must be kept, and lets go of everything. */
  close(): Promise<void>;
}

const PAGE_DIRECTORY = fileURLToPath(new URL('../dist/page', import.meta.url));

/** Opens everything that `config` asks for, in the order in which one needs the other, and serves it. */
export async function openServer(config: Config, around: ServerSurroundings): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const { clock, log } = around;
  const { nowMs } = clock;
  const directory = opened.adopt(openDataDirectory(config.dataDirectory), (held) => held.close());
  const history = opened.adopt(openSqliteHistory({ directory: directory.path, clock: nowMs, log }), (store) =>
    store.close(),
  );
  tellNote(history.notice(), { ...around, history });
  const { audit, check } = opened.adopt(
    await openAudit({ ...around, history, directory: directory.path }),
    (open) => open.close(),
  );

  const seen = openWatch(config, { ...around, history });
  const { watch, ledger, httpCommands } = seen;
  opened.adopt(watch, (open) => open.close());
  const door = openAccess({ ...config, directory: directory.path, audit, clock, log });
  const users = () => door.access.logins?.users.list() ?? [];
  const commands = openCommands(config, { ...around, ledger, httpCommands });
  const letters = openLetters(config, { ...around, watch, ledger });
  const surroundings = { ...around, ...seen, users, commands, letters, audit, history };
  const jobs = opened.adopt(await openGuardedJobs(config, surroundings), (open) => open.close());

  const parts: ApiParts = {
    watch,
    history,
    jobs,
    commands,
    letters,
    audit,
    auditCheck: check,
    access: door.access,
    clock: nowMs,
    pause: clock.pause,
    ...configured(config),
    version: around.version,
  };
  let isClosing = false;
  const http = await openPage(parts, { config, ledger, log, isClosing: () => isClosing });
  opened.adopt(http, (open) => open.close());
  const url = await listen(http, config);

  if (door.firstAdminToken !== null)
    log(
      `There is no admin yet. Open ${url} within 30 minutes; this token makes the first one, once: ${door.firstAdminToken}`,
    );
  const rest = opened.move();
  return {
    url,
    close: async () => {
      isClosing = true;
      await rest.disposeAsync();
    },
  };
}

/** What the page has to know of the configuration. */
function configured(config: Config) {
  return {
    warmHookPrefixes: config.warmHooks.map(({ prefix }) => prefix),
    isReadOnly: config.isReadOnly,
    sourceCapacityPerSecond: config.sourceCapacityPerSecond,
    redisAddress: redactedAddress(config.redis),
  };
}

/** Commands to services, each over an operator connection of its own. */
function openCommands(
  config: Config,
  {
    clock,
    random,
    ledger,
    httpCommands,
  }: Pick<ServerSurroundings, 'clock' | 'random'> & {
    readonly ledger: LookupLedger;
    readonly httpCommands: HttpCommands;
  },
): ServiceCommands {
  return new ServiceCommands({
    openOperator: async () =>
      openRedis({ settings: config.redis, role: 'operator', ledger, nowMs: clock.nowMs, random }),
    secret: config.controlSecret,
    http: httpCommands,
    clock,
    newId: randomUUID,
  });
}

interface PageSurroundings {
  readonly config: Config;
  readonly ledger: LookupLedger;
  readonly log: (line: string) => void;
  readonly isClosing: () => boolean;
}

/** Everything that is served, not listening yet. */
function openPage(parts: ApiParts, { config, ledger, log, isClosing }: PageSurroundings) {
  return openHttp({
    parts,
    gate: { allowedHosts: config.allowedHosts },
    ownMetrics: observe(parts, ledger),
    pageDirectory: PAGE_DIRECTORY,
    notReadyReason: () =>
      isClosing() ? 'shutting down' : parts.audit.isWritable() ? null : 'the audit log cannot be written',
    logError: (message, cause) =>
      log(`${message}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`),
  });
}

/** Counts what happens for our own `/metrics`. */
function observe({ watch, jobs, audit, auditCheck }: ApiParts, ledger: LookupLedger): OwnMetrics {
  const ownMetrics = createOwnMetrics(
    () => ledger.counts(),
    () => ({
      isWritable: audit.isWritable(),
      headSequence: audit.head()?.sequence ?? null,
      isIntact: auditCheck.view().last?.verdict?.isIntact ?? null,
    }),
  );
  watch.onChange((snapshot) => ownMetrics.observe(snapshot));
  jobs.onChange((job) => {
    if (isTerminal(job.state)) ownMetrics.countJob(job.state);
  });
  return ownMetrics;
}

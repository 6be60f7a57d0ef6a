import { randomBytes } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Control,
  claimDataDirectory,
  readControl,
  removeControl,
  writeControl,
} from './control/controlFile.ts';
import { serveControl } from './control/controlServer.ts';
import { IncidentBoard } from './incidents/incidentBoard.ts';
import { incidents } from './incidents/incidents.ts';
import { startDashboard } from './processes/dashboard.ts';
import { freePort } from './processes/freePort.ts';
import { startThrowAwayRedis } from './processes/throwAwayRedis.ts';
import { fullSize, type ShopSize } from './source/shopSize.ts';
import { startShop } from './startShop.ts';
import { Ledger } from './traffic/ledger.ts';

export interface DemoOptions {
  readonly dataDirectory: string;
  /** Null = without the page; 0 = any free port. */
  readonly pagePort: number | null;
  /** The page's program in place of server/main.ts, for tests. */
  readonly pageProgram?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  readonly size?: ShopSize;
  /** Ends the start: what was started is stopped, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Loads a second that the page is told the database stands. */
  readonly sourceCapacityPerSecond?: number;
  /** About twelve look-ups each. */
  readonly visitsPerSecond?: number;
  /** Of each of the three services. @default 3 */
  readonly instancesPerService?: number;
  /** True: what the shop loads by itself is steady from the start. @default false */
  readonly isFullyWarm?: boolean;
}

export interface RunningDemo {
  readonly control: Control;
  /** Settles, with the reason, when something ended that nobody asked to end. */
  readonly unexpectedEnd: Promise<string>;
  /** Ends every child and removes what the demo wrote. */
  stop(): Promise<void>;
}

const VISITS_PER_SECOND = 72;
/** Enough that one can differ from the others. */
const INSTANCES_PER_SERVICE = 3;
/** About three times what the shop loads when it is warm. Ours. */
const SOURCE_CAPACITY_PER_SECOND = 400;

/** Starts everything, or nothing: what was started is stopped again when a later part fails. */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { dataDirectory, print, env, signal = new AbortController().signal } = options;
  const unexpected = Promise.withResolvers<string>();
  await using stack = new AsyncDisposableStack();
  claimDirectory(dataDirectory, stack);

  print('Starting a throw-away Redis ...');
  const redis = await startThrowAwayRedis({
    directory: join(dataDirectory, 'redis'),
    env,
    onUnexpectedEnd: unexpected.resolve,
  });
  stack.defer(() => redis.kill());

  const { size = fullSize, instancesPerService = INSTANCES_PER_SERVICE } = options;
  print(
    `Opening the shop: ${size.productCount} products, ${size.userCount} users, three services of ${instancesPerService} ...`,
  );
  const ledger = new Ledger();
  const controlSecret = randomBytes(24).toString('base64url');
  const running = await startShop({
    databaseFile: join(dataDirectory, 'shop.sqlite'),
    redisPort: redis.port,
    size,
    visitsPerSecond: options.visitsPerSecond ?? VISITS_PER_SECOND,
    instancesPerService,
    isFullyWarm: options.isFullyWarm ?? false,
    ledger,
    controlSecret,
    signal,
    onFailure: (error) => print(`A visit failed: ${error instanceof Error ? error.message : String(error)}`),
  });
  stack.use(running);

  const token = randomBytes(24).toString('base64url');
  const board = new IncidentBoard(incidents, { shop: running.shop, redis, lines: running.lines }, Date.now);
  const door = await serveControl({ token, board, ledger, clock: Date.now });
  stack.defer(() => door.close());

  const place = {
    url: door.url,
    token,
    pid: process.pid,
    redisUrl: redis.url,
    metricsUrls: [...running.metricsUrls],
  };
  writeControl(dataDirectory, { ...place, pageUrl: null });
  const pageUrl = await openPage(options, {
    ...place,
    controlSecret,
    stack,
    signal,
    onUnexpectedEnd: unexpected.resolve,
  });
  const control = { ...place, pageUrl };
  writeControl(dataDirectory, control);
  const started = stack.move();
  return { control, unexpectedEnd: unexpected.promise, stop: () => started.disposeAsync() };
}

interface PageSurroundings {
  readonly redisUrl: string;
  readonly metricsUrls: readonly string[];
  readonly controlSecret: string;
  readonly stack: AsyncDisposableStack;
  readonly signal: AbortSignal;
  readonly onUnexpectedEnd: (what: string) => void;
}

async function openPage(options: DemoOptions, around: PageSurroundings): Promise<string | null> {
  if (options.pagePort === null) return null;
  options.print('Starting the page ...');
  const page = await startDashboard({
    redisUrl: around.redisUrl,
    metricsUrls: around.metricsUrls,
    controlSecret: around.controlSecret,
    sourceCapacityPerSecond: options.sourceCapacityPerSecond ?? SOURCE_CAPACITY_PER_SECOND,
    port: options.pagePort === 0 ? await freePort() : options.pagePort,
    directory: join(options.dataDirectory, 'page'),
    env: options.env,
    print: options.print,
    signal: around.signal,
    onUnexpectedEnd: around.onUnexpectedEnd,
    ...(options.pageProgram === undefined ? {} : { program: options.pageProgram }),
  });
  around.stack.defer(() => page.stop());
  return page.url;
}

function claimDirectory(directory: string, stack: AsyncDisposableStack): void {
  claimDataDirectory(directory);
  const other = readControl(directory);
  if (other !== null) {
    const where = other.pageUrl ?? other.url;
    throw new Error(
      `A demo runs already (${where}, process ${other.pid}). Stop it, or give this one a directory with --data.`,
    );
  }
  // A demo that was killed may have left its files.
  removeFiles(directory);
  stack.defer(() => {
    removeControl(directory);
    removeFiles(directory);
    try {
      rmdirSync(directory);
    } catch {
      // Somebody else keeps files in it.
    }
  });
}

function removeFiles(directory: string): void {
  for (const name of ['redis', 'page', 'shop.sqlite', 'shop.sqlite-journal']) {
    rmSync(join(directory, name), { recursive: true, force: true });
  }
}

import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { ScrapeFault } from '#shared/scrape/scrapeFault.ts';

/** A way in which a metrics page lies, and the fault that it must be named with. */
export interface HostilePage {
  readonly name: string;
  readonly fault: ScrapeFault;
  /** `up` = the rest of the page is used. */
  readonly state: 'up' | 'down';
  /** Readings after which it is found out. */
  readonly readingCount: number;
  /** A new one for each server, because some answer differently each time. */
  readonly open: () => RequestListener;
}

const TEXT = { 'content-type': 'text/plain; version=0.0.4' };
const INFO = 'cache_client_info{service="liar",instance="liar-1",version="1"} 1\n';
const MEGABYTE = 1024 * 1024;

/** One look-up counter of our library. */
export function hits(pattern: string, value: number | string): string {
  return `cache_gets_total{cache="main",key_pattern="${pattern}",result="hit"} ${value}\n`;
}

function always(body: string | Buffer, headers: Record<string, string> = TEXT): () => RequestListener {
  return () => (_request, response) => void response.writeHead(200, headers).end(body);
}

function numbered(pageAt: (reading: number) => string): () => RequestListener {
  return () => {
    let reading = 0;
    return (_request, response) => {
      reading += 1;
      response.writeHead(200, TEXT).end(pageAt(reading));
    };
  };
}

/** Writes as long as the reader takes it. */
function flood(response: ServerResponse, chunk: Buffer, left: () => boolean): void {
  const write = (): void => {
    while (left() && !response.destroyed) {
      if (!response.write(chunk)) {
        response.once('drain', write);
        return;
      }
    }
    if (!left()) response.end();
  };
  write();
}

function megabytes(count: number): RequestListener {
  return (_request, response) => {
    let left = count;
    response.writeHead(200, TEXT);
    flood(response, Buffer.alloc(MEGABYTE, 'process_something{a="b"} 1\n'), () => {
      left -= 1;
      return left >= 0;
    });
  };
}

const down = { state: 'down', readingCount: 1 } as const;
const up = { state: 'up', readingCount: 1 } as const;

export const hostilePages: readonly HostilePage[] = [
  {
    name: 'counters that are not a number or negative',
    fault: 'badValues',
    ...up,
    open: always(`${INFO}${hits('liar:nan', 'NaN')}${hits('liar:minus', -1e9)}${hits('liar:inf', '+Inf')}`),
  },
  {
    name: 'counters that fall at every other reading',
    fault: 'countersFall',
    state: 'down',
    readingCount: 7,
    open: numbered((reading) => `${INFO}${hits('liar:reset', reading % 2 === 0 ? 5 : 1e9 + reading)}`),
  },
  {
    name: '100,000 series',
    fault: 'tooManySeries',
    ...down,
    open: always(INFO + Array.from({ length: 100_000 }, (_, at) => hits(`liar:${at}`, at)).join('')),
  },
  {
    name: 'a label set that changes with each reading',
    fault: 'seriesChange',
    state: 'down',
    readingCount: 5,
    open: numbered(
      (reading) => INFO + Array.from({ length: 200 }, (_, at) => hits(`liar:${reading}:${at}`, 1e9)).join(''),
    ),
  },
  { name: '50 MB', fault: 'pageTooLarge', ...down, open: () => megabytes(50) },
  {
    name: 'an announced length of 50 MB',
    fault: 'pageTooLarge',
    ...down,
    open: () => (_request, response) =>
      void response.writeHead(200, { ...TEXT, 'content-length': String(50 * MEGABYTE) }).write('a 1\n'),
  },
  {
    name: 'an endless body',
    fault: 'pageTooLarge',
    ...down,
    open: () => megabytes(Number.POSITIVE_INFINITY),
  },
  {
    name: 'one endless line',
    fault: 'pageTooLarge',
    ...down,
    open: () => (_request, response) => {
      response.writeHead(200, TEXT);
      flood(response, Buffer.alloc(MEGABYTE, 'a'), () => true);
    },
  },
  {
    name: 'a slow drip',
    fault: 'timeout',
    ...down,
    open: () => (_request, response) => {
      response.writeHead(200, TEXT).write(INFO);
      const drip = setInterval(() => response.write('a'), 20);
      response.once('close', () => clearInterval(drip));
    },
  },
  { name: 'silence', fault: 'timeout', ...down, open: () => () => {} },
  {
    name: 'HTML',
    fault: 'contentType',
    ...down,
    open: always('<html><body>Sign in</body></html>', { 'content-type': 'text/html' }),
  },
  {
    name: 'HTML that calls itself text',
    fault: 'notMetrics',
    ...down,
    open: always('<!doctype html>\n<html>\n<body>\nSign in\n</body>\n</html>\n'),
  },
  {
    name: 'JSON',
    fault: 'contentType',
    ...down,
    open: always('{"ok":true}', { 'content-type': 'application/json' }),
  },
  {
    name: 'a gzip bomb',
    fault: 'pageTooLarge',
    ...down,
    open: always(gzipSync(Buffer.alloc(64 * MEGABYTE, 'process_something 1\n')), {
      ...TEXT,
      'content-encoding': 'gzip',
    }),
  },
  {
    name: 'what is said to be gzip and is not',
    fault: 'encoding',
    ...down,
    open: always(INFO, { ...TEXT, 'content-encoding': 'gzip' }),
  },
  {
    name: 'an encoding that was not asked for',
    fault: 'encoding',
    ...down,
    open: always(INFO, { ...TEXT, 'content-encoding': 'br' }),
  },
  {
    name: 'labels that are not UTF-8',
    fault: 'invalidUtf8',
    ...up,
    open: always(Buffer.concat([Buffer.from(INFO), Buffer.from(hits('liar:\xff\xfe', 1), 'latin1')])),
  },
  {
    name: 'the same series twice',
    fault: 'duplicateSeries',
    ...up,
    open: always(`${INFO}${hits('liar:twice', 1)}${hits('liar:twice', 1e9)}`),
  },
  {
    name: 'labels named as what every object has',
    fault: 'unreadableLines',
    ...up,
    open: always(
      `${INFO}cache_gets_total{__proto__="x",constructor="y",key_pattern="__proto__",result="hit"} 1\ncache_gets_total{toString 1\n`,
    ),
  },
  {
    name: 'a name and a label of 1 MB',
    fault: 'longLines',
    ...up,
    open: always(`${INFO}${'a'.repeat(MEGABYTE)} 1\n${hits('b'.repeat(MEGABYTE), 1)}`),
  },
  {
    name: 'a redirect into the network',
    fault: 'redirect',
    ...down,
    open: () => (_request, response) =>
      void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  },
  {
    name: 'headers of 1 MB',
    fault: 'notMetrics',
    ...down,
    open: () => (request) => void request.socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(MEGABYTE)}\r\n\r\n`),
  },
  {
    name: 'no HTTP',
    fault: 'notMetrics',
    ...down,
    open: () => (request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  },
  {
    name: 'a connection that breaks off in the page',
    fault: 'unreachable',
    ...down,
    open: () => (request, response) => {
      response.writeHead(200, { ...TEXT, 'content-length': '1000' }).write(INFO);
      setImmediate(() => request.socket.destroy());
    },
  },
  {
    name: 'an error',
    fault: 'httpStatus',
    ...down,
    open: () => (_request, response) => void response.writeHead(503).end('no'),
  },
];

import { isIP } from 'node:net';
import { familyProblem } from '#shared/keyPattern/declaredFamilies.ts';
import type { Parsed } from './parsed.ts';

/** A Redis address taken apart; what it does not say is null. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly isTls: boolean;
}

const REDIS_PORT = 6379;
const REDIS_FORM = 'redis://[user[:password]@]host[:port][/database], or rediss:// for TLS';

export function parseRedisUrl(text: string): Parsed<RedisAddress> {
  const wrong = { problem: `${withoutCredentials(text)} is not of the form ${REDIS_FORM}` };
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') return wrong;
  const database = /^\/?(\d{1,4})?$/.exec(url.pathname);
  if (database === null || url.search !== '' || url.hash !== '') return wrong;
  const username = decode(url.username);
  const password = decode(url.password);
  if (username === null || password === null) return wrong;
  return {
    value: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? REDIS_PORT : Number(url.port),
      database: Number(database[1] ?? 0),
      username: username === '' ? null : username,
      password: password === '' ? null : password,
      isTls: url.protocol === 'rediss:',
    },
  };
}

/** Split at the first `=`: patterns may hold one, names of caches hardly do. */
export function parseMetricPattern(text: string): Parsed<readonly [name: string, pattern: string]> {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(at, 0)).trim();
  const pattern = text.slice(at + 1).trim();
  if (name !== '' && pattern !== '' && pattern.length <= 512) return { value: [name, pattern] };
  return {
    problem: `${text} does not say which key pattern a cache has; write it as products=products::{id}`,
  };
}

/** Ours: 31 days and more is a TTL in milliseconds, or none that a cache would have. */
const LONGEST_TTL_SECONDS = 366 * 86_400;

/** Split at the last `=`, since a pattern may hold one. The TTL in ms. */
export function parsePatternTtl(text: string): Parsed<readonly [pattern: string, ttlMs: number]> {
  const at = text.lastIndexOf('=');
  const pattern = text.slice(0, Math.max(at, 0)).trim();
  const seconds = Number(text.slice(at + 1));
  const isTtl = /^\d{1,9}(\.\d{1,3})?$/.test(text.slice(at + 1).trim()) && seconds > 0;
  if (pattern !== '' && pattern.length <= 512 && isTtl && seconds <= LONGEST_TTL_SECONDS) {
    return { value: [pattern, Math.round(seconds * 1_000)] };
  }
  return {
    problem: `${text} does not say the TTL that keys of a pattern are given, s (at most a year); write it as product:{id}=600`,
  };
}

/** A template of a declared family of keys. */
export function parseFamilyTemplate(text: string): Parsed<string> {
  const problem = familyProblem(text);
  return problem === null ? { value: text } : { problem };
}

/** Ours: longer ones are no names. */
const LONGEST_STREAM_CHARS = 200;

/** Key of a stream of events. An ACL line cannot name a key with a space in it. */
export function parseEventStream(text: string): Parsed<string> {
  if (/^[^\s\p{C}]+$/u.test(text) && text.length <= LONGEST_STREAM_CHARS) return { value: text };
  return {
    problem: `${JSON.stringify(text)} is no name of a stream; write the key as redisStreamBus({ stream }) has it, without spaces, such as orders:events`,
  };
}

/** Ours: longer ones are no names. */
const LONGEST_REGEX_CHARS = 256;

/** A regular expression that names are tested with, whatever their case. */
export function parseHiddenName(text: string): Parsed<RegExp> {
  if (text === '' || text.length > LONGEST_REGEX_CHARS) {
    return {
      problem: `a regular expression has 1 to ${LONGEST_REGEX_CHARS} characters, this one ${text.length}`,
    };
  }
  try {
    return { value: new RegExp(text, 'iu') };
  } catch (error) {
    return {
      problem: `${text} is no regular expression: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

export function parsePort(text: string): Parsed<number> {
  const port = Number(text);
  const isPort = /^\d{1,5}$/.test(text) && port <= 65_535;
  return isPort ? { value: port } : { problem: `${text} is not a port; ports are numbers from 0 to 65535` };
}

/** Loads a second that the source behind the cache stands. */
export function parseCapacity(text: string): Parsed<number> {
  const perSecond = Number(text);
  const isRate = /^\d+(\.\d+)?$/.test(text) && perSecond > 0;
  return isRate ? { value: perSecond } : { problem: `${text} is not a number of loads a second above 0` };
}

export function parseKeyCount(text: string): Parsed<number> {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return { value: count };
  return { problem: `${text} is not a number of keys from 0 on` };
}

/** An address or a name to listen on; whether others may reach it depends on other settings. */
export function parseListenHost(text: string): Parsed<string> {
  const host = text.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(host)) return { value: host };
  return { problem: `${text} is no address to listen on; write it as 127.0.0.1, 0.0.0.0 or ::` };
}

export function parseAllowedHost(text: string): Parsed<string> {
  if (/^[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/i.test(text)) return { value: text.toLowerCase() };
  return { problem: `${text} is not a host name; write it as cache.example or cache.example:8443` };
}

export function parseEnvironmentName(text: string): Parsed<string> {
  if (/^[\w.-]{1,40}$/.test(text)) return { value: text };
  return {
    problem: `${text} cannot be typed to confirm; use up to 40 letters, digits, dots, hyphens, underscores`,
  };
}

export function parseSwitch(text: string): Parsed<boolean> {
  if (/^(true|1|yes|on)$/i.test(text)) return { value: true };
  if (/^(false|0|no|off)$/i.test(text)) return { value: false };
  return { problem: `${text} is neither true nor false` };
}

export function parseText(text: string): Parsed<string> {
  return { value: text };
}

/** Nothing before the last `@`, so that a password never reaches a message, however the text is malformed. */
export function withoutCredentials(text: string): string {
  const at = text.lastIndexOf('@');
  return at === -1 ? text : `(user and password)${text.slice(at)}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

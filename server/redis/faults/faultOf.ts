import type { FaultKind } from '../redisConnection.ts';
import { RedisFault } from '../redisConnection.ts';
import { faultText } from './faultText.ts';

/** Error replies by their first word. Source: the shared error objects of Redis's server.c and acl.c. */
const kindByPrefix: Readonly<Record<string, FaultKind>> = {
  LOADING: 'loading',
  READONLY: 'readOnlyReplica',
  MASTERDOWN: 'masterDown',
  OOM: 'outOfMemory',
  BUSY: 'busyScript',
  MISCONF: 'writesRefused',
  NOREPLICAS: 'tooFewReplicas',
  NOAUTH: 'authentication',
  WRONGPASS: 'authentication',
  NOPERM: 'notPermitted',
  CLUSTERDOWN: 'clusterDown',
  MOVED: 'moved',
  ASK: 'moved',
  TRYAGAIN: 'moved',
  WRONGTYPE: 'wrongType',
};

/** Longest text of a server that we pass on; foreign text is data, and a fault is no place for much of it. */
const MAX_SERVER_TEXT = 200;

/** True for an error that Redis itself answered, as opposed to a broken connection or our own client. */
function isErrorReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** The kind of an error reply by its text. */
function replyFaultKind(text: string): FaultKind {
  const prefix = text.slice(0, text.indexOf(' ') < 0 ? text.length : text.indexOf(' '));
  const kind = Object.hasOwn(kindByPrefix, prefix) ? kindByPrefix[prefix] : undefined;
  // NOPERM names either the command or a key; a key outside of the user's patterns says nothing of the others.
  if (kind === 'notPermitted' && text.includes('access')) return 'keyNotPermitted';
  if (kind !== undefined) return kind;
  const lower = text.toLowerCase();
  // What a function's own commands are told on 7.0, where NOPERM does not stand before it.
  if (lower.includes("executing the script can't run")) return 'notPermitted';
  if (lower.includes("executing the script can't access")) return 'keyNotPermitted';
  if (lower.includes('function not found')) return 'unknownFunction';
  if (lower.includes('max number of clients')) return 'maxClients';
  if (lower.includes('unknown command') || lower.includes('unknown subcommand')) return 'unknownCommand';
  if (lower.includes('invalid password') || lower.includes('without any password')) return 'authentication';
  return 'other';
}

/** The fault of an error reply. `command` is the command word as the table spells it. */
export function replyFault(text: string, command: string): RedisFault {
  const kind = replyFaultKind(text);
  return new RedisFault(kind, command, faultText(kind, command, text.slice(0, MAX_SERVER_TEXT)));
}

/** Any failure as a fault; never loses that a command may still have run. */
export function faultOf(error: unknown, command: string): RedisFault {
  if (error instanceof RedisFault) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (isErrorReply(error)) return replyFault(text, command);
  const isTimeout = /timed out|timeout/i.test(text) && !/ETIMEDOUT/.test(text);
  const kind = isTimeout ? 'timeout' : 'unreachable';
  const reason = connectionReason(error);
  return new RedisFault(kind, command, `${faultText(kind, command)}${reason === '' ? '' : ` (${reason})`}`);
}

/** The part of a connection error that helps an operator: a system code or what TLS objects to. Never an address with credentials. */
function connectionReason(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === '') return '';
  const isTls = /^ERR_(TLS|SSL|OSSL)/.test(code) || /CERT|SIGNED/.test(code);
  return isTls ? `${code}: ${error.message.slice(0, MAX_SERVER_TEXT)}` : code;
}

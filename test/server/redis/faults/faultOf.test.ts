import { expect, test } from 'vitest';
import { faultOf, replyFault } from '#server/redis/faults/faultOf.ts';

test.each([
  ['LOADING Redis is loading the dataset in memory', 'loading'],
  ["READONLY You can't write against a read only replica.", 'readOnlyReplica'],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'masterDown'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'outOfMemory'],
  ['BUSY Redis is busy running a script.', 'busyScript'],
  ['MISCONF Redis is configured to save RDB snapshots', 'writesRefused'],
  ['NOREPLICAS Not enough good replicas to write.', 'tooFewReplicas'],
  ['ERR max number of clients reached', 'maxClients'],
  ['NOAUTH Authentication required.', 'authentication'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'authentication'],
  ['ERR invalid password', 'authentication'],
  ["NOPERM this user has no permissions to run the 'info' command", 'notPermitted'],
  ['NOPERM this user has no permissions to access one of the keys used as arguments', 'keyNotPermitted'],
  ['NOPERM No permissions to access a key', 'keyNotPermitted'],
  ['CLUSTERDOWN Hash slot not served', 'clusterDown'],
  ['MOVED 3999 127.0.0.1:6381', 'moved'],
  ["ERR unknown command 'MEMORY', with args beginning with: ", 'unknownCommand'],
  ["ERR unknown subcommand 'USAGE'. Try MEMORY HELP.", 'unknownCommand'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'wrongType'],
  ['ERR value is not an integer', 'other'],
  ['constructor', 'other'],
  ['__proto__ x', 'other'],
  ['', 'other'],
])('tells %j as %s, in a sentence', (text, kind) => {
  const fault = replyFault(text, 'INFO');
  expect(fault.kind).toBe(kind);
  expect(fault.message).toMatch(/^[A-Z].*[^ ]$/);
});

test('a key outside of the ACL asks for a key pattern, not for the command', () => {
  const text = 'NOPERM No permissions to access a key';
  expect(replyFault(text, 'TYPE').message).toMatch(/%R~/);
  expect(replyFault(text, 'UNLINK').message).toMatch(/%W~/);
  expect(replyFault(text, 'TYPE').message).not.toMatch(/\+type/);
});

test('keeps a timeout apart from a lost connection; both leave the outcome unknown', () => {
  const timeout = faultOf(new Error('Command timed out'), 'UNLINK');
  const lost = faultOf(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'UNLINK');
  expect([timeout.kind, lost.kind]).toEqual(['timeout', 'unreachable']);
  expect([timeout.isOutcomeUnknown, lost.isOutcomeUnknown]).toEqual([true, true]);
  expect(lost.message).toContain('ECONNREFUSED');
});

test('says what TLS objects to', () => {
  const error = Object.assign(new Error("Hostname/IP does not match certificate's altnames"), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  expect(faultOf(error, '').message).toContain('does not match');
});

test('passes on no more than a little text of the server', () => {
  expect(replyFault(`ERR ${'x'.repeat(10_000)}`, 'INFO').message.length).toBeLessThan(300);
});

import { expect, it } from 'vitest';
import { markOfEntry } from '#server/markOfEntry.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { letterStreamKey } from '#shared/letters/letterStreams.ts';
import { auditRecord } from '#test/support/audit/chainedEntries.ts';

const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  ...auditRecord({ actor: 'ada', subject: 'tag:shoes' }),
  sequence: 7,
  atMs: 1_000,
  previousHash: '',
  hash: '',
  ...more,
});

it.each([
  ['a start', { phase: 'started', jobId: 'j' }, 'Purge of tag:shoes started by ada'],
  [
    'an end',
    { phase: 'ended', outcome: 'completed: Removed 3 keys.' },
    'Purge of tag:shoes completed: Removed 3 keys.',
  ],
  [
    'an interruption',
    { phase: 'interrupted', outcome: 'The server ended.' },
    'Purge of tag:shoes was interrupted: The server ended.',
  ],
] as const)('%s of a purge is marked and names its entry', (_case, more, text) => {
  expect(markOfEntry(entry(more))).toEqual({ atMs: 1_000, kind: 'purge', text, auditSequence: 7 });
});

it.each([
  ['warm', 'warm', 'Warm-up of shop: top started by ada'],
  ['repair', 'note', 'Repair of shop: top started by ada'],
  ['undo', 'purge', 'Undo of shop: top started by ada'],
  ['mark', 'purge', 'Purge of shop: top started by ada'],
] as const)('what a job of the kind %s did is called by its name', (action, kind, text) => {
  expect(markOfEntry(entry({ action, phase: 'started', subject: 'shop: top' }))).toMatchObject({
    kind,
    text,
  });
});

it.each([
  [{ queue: 'events', service: 'catalog', stream: 'cachescope:events' }, 'catalog'],
  [{ queue: 'events', service: 'catalog', stream: 'orders' }, 'catalog'],
  [{ queue: 'events', service: 'catalog', stream: 'all{orders}now' }, 'catalog'],
  [{ queue: 'invalidations', service: 'catalog' }, 'shop'],
  [{ queue: 'write-behind', service: 'catalog', family: 'views:{id}' }, 'shop'],
] as const)('letters are of a service, not of a key of a stream', (stream, owner) => {
  const subject = letterStreamKey(stream, 'shop:');
  expect(markOfEntry(entry({ action: 'letters', phase: 'started', subject }))).toMatchObject({
    kind: 'note',
    text: `Settling of dead letters of ${owner} started by ada`,
  });
});

it('a probe is a note', () => {
  expect(markOfEntry(entry({ action: 'probe', phase: 'started' }))).toMatchObject({
    kind: 'note',
    text: 'Probe started by ada',
  });
});

it.each([
  ['a plan', { phase: 'planned' }],
  ['a login', { action: 'login', phase: 'ended' }],
  ['a value that was shown', { action: 'readValue', phase: 'ended' }],
  ['an entry that was held against its source', { action: 'compare', phase: 'started' }],
  ['a refusal', { phase: 'refused' }],
  ['a question to a second approver', { phase: 'asked' }],
  ['an approval', { phase: 'approved' }],
  ['no approval', { phase: 'declined' }],
  ['what was taken back', { phase: 'withdrawn' }],
] as const)('%s changes nothing and is not marked', (_case, more) => {
  expect(markOfEntry(entry(more))).toBeNull();
});

it('a long name is cut', () => {
  const mark = markOfEntry(entry({ phase: 'started', subject: 'x'.repeat(100_000) }));
  expect(mark?.text).toHaveLength(240);
});

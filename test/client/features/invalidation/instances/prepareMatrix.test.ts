import { describe, expect, it } from 'vitest';
import {
  hearingOf,
  matrixOrder,
  orderMatrix,
} from '#client/features/invalidation/instances/prepareMatrix.ts';
import { readInstance } from '#test/server/api/invalidation/readInstances.ts';
import { eventWith, tallyWith } from '#test/server/services/invalidation/tallies.ts';
import { answerOf } from '../answers.ts';

const { instances } = answerOf([
  readInstance('live', tallyWith({ sent: 9, received: 9 })),
  readInstance('deaf', tallyWith()),
  readInstance('lost', tallyWith(), { coherence: 'lost' }),
  readInstance('silent', tallyWith(), { silentSinceMs: 1 }),
  readInstance('none', tallyWith(), { coherence: null }),
  readInstance('once', null),
]);

describe('the matrix of instances', () => {
  it('says of each how it hears the others', () => {
    expect(instances.map((row) => [row.instance, hearingOf(row)])).toEqual([
      ['live', 'live'],
      ['deaf', 'deaf'],
      ['lost', 'lost'],
      ['silent', 'silent'],
      ['none', 'none'],
      ['once', 'unknown'],
    ]);
  });

  it('begins with who hears worst', () => {
    const names = orderMatrix(instances, matrixOrder(undefined)).map(({ instance }) => instance);
    expect(names).toEqual(['deaf', 'lost', 'silent', 'once', 'live', 'none']);
  });

  it('counts what came twice of messages and of events together', () => {
    const { instances: rows } = answerOf([
      readInstance('messages', tallyWith({ duplicate: 2 })),
      readInstance('both', tallyWith({ duplicate: 1 }, { events: [eventWith({ duplicate: 3 })] })),
    ]);
    const names = orderMatrix(rows, matrixOrder('-duplicate')).map(({ instance }) => instance);
    expect(names).toEqual(['both', 'messages']);
  });

  it('orders by what the address says, and by nothing that it does not know', () => {
    expect(orderMatrix(instances, matrixOrder('-sent'))[0]?.instance).toBe('live');
    expect(matrixOrder('-nonsense')).toEqual({ column: 'hearing', direction: 'ascending' });
  });
});

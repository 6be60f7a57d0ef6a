import { expect, test } from 'vitest';
import { deriveAims } from '#bench/library/report/deriveAims.ts';
import { makeHits, makeLibraryReport } from './libraryReports.ts';

const RAW_AIM = 'L2 hits / raw ioredis, 16 and more at a time';
const RIVALS_AIM = 'L2 hits / each other library';

function judge(what: string, hits: Parameters<typeof makeHits>[1]) {
  const aim = deriveAims(makeLibraryReport(makeHits('l2Hits', hits))).find((one) => one.what === what);
  return { measured: aim?.measured, isMet: aim?.isMet };
}

test('the worst case decides', () => {
  const hits = {
    '2 KB, 16 at a time': { cachescope: 200, ioredis: 100 },
    '2 KB, 256 at a time': { cachescope: 80, ioredis: 100 },
  };
  expect(judge(RAW_AIM, hits)).toEqual({ measured: 0.8, isMet: false });
});

test('one at a time is no part of the aim against raw ioredis', () => {
  const hits = {
    '2 KB, 1 at a time': { cachescope: 10, ioredis: 100 },
    '2 KB, 16 at a time': { cachescope: 90, ioredis: 100 },
  };
  expect(judge(RAW_AIM, hits)).toEqual({ measured: 0.9, isMet: true });
});

test('to be ahead of the others is to be ahead of the best of them', () => {
  const rivals = { bentocache: 50, cacheable: 120, 'async-cache-dedupe': 70 };
  expect(judge(RIVALS_AIM, { '2 KB': { cachescope: 60, ...rivals } })).toEqual({
    measured: 0.5,
    isMet: false,
  });
});

test('an aim is not measured when a peer is missing in any case', () => {
  const rivals = { bentocache: 50, cacheable: null, 'async-cache-dedupe': 70 };
  expect(judge(RIVALS_AIM, { '2 KB': { cachescope: 100, ...rivals } })).toEqual({
    measured: null,
    isMet: null,
  });
  expect(judge(RAW_AIM, { '2 KB': { cachescope: null, ioredis: 100 } })).toEqual({
    measured: null,
    isMet: null,
  });
});

test('what was not run is not measured', () => {
  expect(deriveAims(makeLibraryReport()).map(({ isMet }) => isMet)).toEqual(Array(8).fill(null));
});

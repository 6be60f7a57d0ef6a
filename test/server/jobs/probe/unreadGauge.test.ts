import { expect, test } from 'vitest';
import { openUnreadGauge } from '#server/jobs/probe/unreadGauge.ts';

test('nothing is unread while PINGs come by within 50 ms', () => {
  const gauge = openUnreadGauge(1_000_000);
  expect(gauge.bytes(5_000)).toBe(0);
  gauge.sent(1, 0);
  expect(gauge.bytes(50)).toBe(0);
  gauge.cameBy(1);
  expect(gauge.bytes(5_000)).toBe(0);
});

test('goes by the plan until a second is over, then by the commands that Redis ran', () => {
  const gauge = openUnreadGauge(1_000_000);
  gauge.sent(1, 0);
  gauge.sent(2, 10);
  expect(gauge.bytes(1_050)).toBe(1_000_000);
  gauge.learn({ bytesPerSecond: 0, commandsPerSecond: 50_000, bytesPerLine: 100 });
  expect(gauge.bytes(1_050)).toBe(5_000_000);
  gauge.cameBy(1);
  expect(gauge.bytes(1_060)).toBe(5_000_000);
});

test('never takes less than what came for what was written', () => {
  const gauge = openUnreadGauge(0);
  gauge.sent(1, 0);
  gauge.learn({ bytesPerSecond: 2_000_000, commandsPerSecond: 10, bytesPerLine: 100 });
  expect(gauge.bytes(1_050)).toBe(2_000_000);
  gauge.reset();
  expect(gauge.bytes(9_000)).toBe(0);
});

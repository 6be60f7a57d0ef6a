import { expect, it } from 'vitest';
import { localActor } from '#server/access/localActor.ts';
import { requireRole } from '#shared/roles.ts';

it('keeps the plans of two sessions apart', () => {
  expect(localActor('tab-1').sessionId).not.toBe(localActor('tab-2').sessionId);
  expect(localActor('tab-1')).toEqual({ name: 'local', role: 'admin', sessionId: 'tab-1' });
});

it.each(['', 'a b', 'x'.repeat(65), '\u202e', 'a\r\nb'])('takes %j for no session', (name) => {
  expect(localActor(name).sessionId).toBe('unnamed');
});

it('refuses a role that does not reach', () => {
  const viewer = { ...localActor('a'), role: 'viewer' } as const;
  expect(() => requireRole(viewer, 'operator')).toThrow(/needs the role operator; you are viewer/);
  expect(() => requireRole(viewer, 'viewer')).not.toThrow();
});

import { describe, expect, it } from 'vitest';
import { parseDemoCommand } from '#demo/demoOptions.ts';

describe('parseDemoCommand', () => {
  it('runs on the usual port when nothing is asked for', () => {
    expect(parseDemoCommand([])).toMatchObject({ kind: 'run', port: 7676, isPageWanted: true });
  });

  it('takes port, directory and the wish for no page', () => {
    expect(parseDemoCommand(['--port', '0', '--data', '/tmp/d', '--no-page'])).toEqual({
      kind: 'run',
      port: 0,
      dataDirectory: '/tmp/d',
      isPageWanted: false,
    });
  });

  it('names the incident to start or stop', () => {
    expect(parseDemoCommand(['stop', 'short-ttl', '--data', '/tmp/d'])).toEqual({
      kind: 'stop',
      incident: 'short-ttl',
      dataDirectory: '/tmp/d',
    });
    expect(parseDemoCommand(['incidents'])).toMatchObject({ kind: 'incidents' });
  });

  it.each([
    [['--port', 'x']],
    [['--port', '']],
    [['--prot', '1']],
    [['start']],
    [['begin']],
    [['stop', 'a', 'b']],
  ])('says what is wrong with %j', (args) => {
    expect(parseDemoCommand(args)).toMatchObject({ kind: 'help', problem: expect.any(String) });
  });
});

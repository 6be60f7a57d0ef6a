// Run as a process of its own: an instance of `openShop` that reads an event and gets no further. Says so on its standard output, and
// waits to be killed.

import { writeSync } from 'node:fs';
import process, { argv } from 'node:process';
import { openNodeClient } from '#test/support/redis/openNodeClient.ts';
import { openShop } from './openShop.ts';

const [, , port, instance = ''] = argv;
openShop(await openNodeClient(Number(port)), {
  instance,
  onEvent: (id) => {
    writeSync(process.stdout.fd, `read ${id}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});

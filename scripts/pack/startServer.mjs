#!/usr/bin/env node
// In the package beside the bundled server. Says which Node is missing, where the server would fail by a syntax error.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');
const [neededMajor, neededMinor] = needed.split('.').map(Number);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
  await import(new URL('./main.js', import.meta.url).href);
} else {
  process.stderr.write(`cachescope needs Node ${needed} or newer, and this is ${process.versions.node}.\n`);
  process.exitCode = 1;
}

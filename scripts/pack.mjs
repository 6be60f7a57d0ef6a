// Puts the publishable package together in dist/package, and packs it; `npm publish dist/package` is left to a person.
import { spawnSync } from 'node:child_process';
import { buildPackage } from './pack/buildPackage.mjs';

const root = new URL('..', import.meta.url).pathname;
const directory = await buildPackage(root, `${root}dist/package`, `${root}dist/page`);
const pack = ['pack', directory, '--silent', '--pack-destination', `${root}dist`];
const { status, stdout, stderr } = spawnSync('npm', pack, { encoding: 'utf8' });
if (status !== 0) throw new Error(`npm pack failed:\n${stdout}${stderr}`);
console.log(`The package is in ${directory}, and packed in ${root}dist/${stdout.trim()}`);

// Puts the publishable package together in dist/package; `npm publish dist/package` is left to a person.
import { buildPackage } from './pack/buildPackage.mjs';

const root = new URL('..', import.meta.url).pathname;
console.log(`The package is in ${await buildPackage(root, `${root}dist/package`, `${root}dist/page`)}`);

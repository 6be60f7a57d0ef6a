import { openDataDirectory } from '#server/dataDirectory/openDataDirectory.ts';

// A process that takes the directory given to it and holds it until it is killed.
const [, , directory = ''] = process.argv;
try {
  openDataDirectory(directory);
  process.stdout.write('held\n');
  setInterval(() => {}, 60_000);
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : String(error)}\n`);
}

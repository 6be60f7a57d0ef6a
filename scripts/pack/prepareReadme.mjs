/** What is about working on the repository, which a package does not have. */
const LEFT_OUT = ["The demo's incidents", 'More'];

const START = `Start

    npx cachescope serve --redis redis://host:6379

serves the page for your Redis on <http://127.0.0.1:7676>.
`;

/**
 * The README of the package, from the repository's: how to start what is installed, in place of how to start a clone.
 * @param {string} readme of the repository
 * @returns {string}
 */
export function prepareReadme(readme) {
  const sections = readme.split(/^## /m);
  const titles = sections.map((section) => section.split('\n', 1)[0] ?? '');
  for (const title of ['Two commands', ...LEFT_OUT]) {
    if (!titles.includes(title)) throw new Error(`The README has no section "${title}".`);
  }
  return sections
    .filter((_, index) => !LEFT_OUT.includes(titles[index] ?? ''))
    .map((section) => (section.startsWith('Two commands\n') ? `${START}\n` : section))
    .join('## ')
    .replaceAll('npm start --', 'npx cachescope serve')
    .replaceAll('npm run --silent cachescope --', 'npx cachescope')
    .trimEnd()
    .concat('\n');
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Leaves of each link whose target is not in the package its text, and nothing of such a picture.
 * @param {string} page a Markdown file that already stands where it is packed
 */
export function unlinkOutside(page) {
  let text = readFileSync(page, 'utf8');
  for (const [whole, mark, words = '', address = ''] of text.matchAll(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g)) {
    const [file = ''] = address.split('#');
    if (/^[a-z]+:/.test(address) || file === '' || existsSync(join(dirname(page), file))) continue;
    text = text.replaceAll(whole, () => (mark === '' ? words : ''));
  }
  writeFileSync(page, text.replaceAll(/\n{3,}/g, '\n\n'));
}

/** All series of one name on these pages together; 0 where there is none. */
export async function sumOfMetric(urls: readonly string[], name: string): Promise<number> {
  const pages = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
  const lines = pages.flatMap((page) => page.split('\n')).filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

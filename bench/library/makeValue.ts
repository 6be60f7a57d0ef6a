/** Sizes of values, bytes of JSON. */
export const sizes: Readonly<Record<string, number>> = { '200 B': 200, '2 KB': 2_000, '20 KB': 20_000 };

/** Names of the sizes that a run goes through. */
export function chooseSizes(isQuick: boolean): readonly string[] {
  return isQuick ? ['2 KB'] : Object.keys(sizes);
}

/** A value as a service would hold it: an object of its fields and a list of lines, JSON of exactly so many bytes. */
export function makeValue(bytes: number): object {
  const head = { id: 48_271, name: 'garden chair', price: 129.95, isInStock: true };
  const line = { sku: 'GC-100-OAK', count: 3, price: 19.99, text: 'oak, oiled' };
  const lineBytes = JSON.stringify(line).length + 1;
  const emptyBytes = JSON.stringify({ ...head, lines: [], note: '' }).length;
  const lineCount = Math.max(0, Math.floor((bytes - emptyBytes) / lineBytes));
  const value = { ...head, lines: Array.from({ length: lineCount }, () => ({ ...line })) };
  const missing = bytes - JSON.stringify({ ...value, note: '' }).length;
  return { ...value, note: 'x'.repeat(Math.max(0, missing)) };
}

import { CacheError } from '#cache/cacheError.ts';

export function unknownFamily(name: string, known: readonly string[]): CacheError {
  const names = known.join(', ') || 'none';
  return new CacheError('unknownFamily', `No family "${name}" is declared. Declared are: ${names}.`);
}

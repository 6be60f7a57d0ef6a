import type { Parsed } from '../parsed.ts';
import { withoutCredentials } from '../parseSetting.ts';

/** Where keys that begin so are loaded. */
export interface WarmHookAddress {
  /** Empty = all keys. */
  readonly prefix: string;
  readonly url: string;
}

const MAX_PREFIX_CHARS = 256;

/** Split at the first `=` before an address, since a prefix may hold one. */
export function parseWarmHook(text: string): Parsed<WarmHookAddress> {
  const [, prefix, address = ''] = /^(.*?)=(https?:\/\/.*)$/s.exec(text) ?? [];
  const url = URL.parse(address);
  if (prefix === undefined || url === null || prefix.length > MAX_PREFIX_CHARS) {
    return {
      problem: `${withoutCredentials(text)} does not say which keys are loaded where; write it as shop:=http://shop:8080/warm`,
    };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      problem: `${withoutCredentials(text)} holds a user or password, which everybody on the machine could read; say CACHESCOPE_WARM_HOOK_SECRET or --warm-hook-secret-file`,
    };
  }
  return { value: { prefix, url: url.href } };
}

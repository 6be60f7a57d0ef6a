/** An address that a service announced, as it is connected to; null = none, or one that is never used: not HTTP, or with credentials. */
export function announcedAddress(announced: string | null): string | null {
  const url = announced === null ? null : URL.parse(announced);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return url.username === '' && url.password === '' ? url.href : null;
}

/** True for names and addresses that only this machine can reach: `localhost`, 127.0.0.0/8, `::1` with or without brackets. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

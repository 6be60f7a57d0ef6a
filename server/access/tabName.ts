/** What a browser may send as the name of its tab; anything else counts as none. */
const TAB_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

export function checkedTabName(sent: string): string {
  return TAB_NAME.test(sent) ? sent : 'unnamed';
}

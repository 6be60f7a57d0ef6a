/**
 * The prefix of the client library that members lack, of the whole start of an index's key: what of it no member begins with. The
 * longest rest that this one begins with leaves it. Bytes spelled as latin1.
 */
export function clientPrefix(head: string, member: string): string {
  for (let at = 0; at < head.length; at += 1) {
    if (member.startsWith(head.slice(at))) return head.slice(0, at);
  }
  return head;
}

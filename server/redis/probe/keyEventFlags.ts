/** What `A` stands for in notify-keyspace-events; keymiss (`m`) and new keys (`n`) are not in it. Source: redis.conf. */
const ALL_CLASSES = 'g$lshzxetd';

/** The classes of events that a value of notify-keyspace-events turns on. */
function flagsOf(value: string): ReadonlySet<string> {
  return new Set([...value].flatMap((flag) => (flag === 'A' ? [...ALL_CLASSES] : [flag])));
}

/** The value with what the probe needs: events of keys that were missed, told by event. The same when it has both. */
export function withKeymissEvents(value: string): string {
  const flags = flagsOf(value);
  return `${value}${flags.has('E') ? '' : 'E'}${flags.has('m') ? '' : 'm'}`;
}

/** True when both turn on the same; Redis writes a value back in an order, and with an `A`, of its own. */
export function areSameEvents(one: string, other: string): boolean {
  const [left, right] = [flagsOf(one), flagsOf(other)];
  return left.size === right.size && [...left].every((flag) => right.has(flag));
}

/** "Not found", in the type of a loader that may say so. */
export function absent<Value>(): Value;
export function absent(): unknown {
  return undefined;
}

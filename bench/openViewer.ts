/** One browser's worth of looking: the live stream, read and thrown away. */
export function openViewer(_address: string): { close(): void } {
  return { close() {} };
}

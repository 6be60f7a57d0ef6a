/**
 * One browser's worth of looking: the live stream, read and thrown away. A response that nobody reads would be collected
 * as garbage, and the stream with it. Rejects when the server refuses it.
 */
export async function openViewer(address: string): Promise<{ close(): void }> {
  const url = new URL('/api/trpc/live.events', address);
  url.searchParams.set('input', JSON.stringify({ targetId: 'default' }));
  const abort = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: abort.signal });
  if (!response.ok) throw new Error(`the live stream answers with HTTP ${response.status}`);
  discard(response).catch(() => {});
  return { close: () => abort.abort() };
}

async function discard(response: Response): Promise<void> {
  for await (const _ of response.body ?? []);
}

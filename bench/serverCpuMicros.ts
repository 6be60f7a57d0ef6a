import type { TestRedis } from '#test/support/startRedis.ts';

/** CPU time that the main thread of the server has taken so far. */
export async function serverCpuMicros(redis: TestRedis): Promise<number> {
  const info = await redis.client.info('cpu');
  const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1] ?? 0);
  return (seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread')) * 1_000_000;
}

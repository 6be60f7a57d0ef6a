import type { RouterOutputs } from '#client/lib/routerOutputs.ts';

export type WarmingAnswer = RouterOutputs['warming']['get'];
export type WarmingSource = WarmingAnswer['source'];
export type PastWarm = RouterOutputs['warming']['runs']['runs'][number];

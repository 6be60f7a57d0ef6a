import type { RouterOutputs } from '#client/lib/routerOutputs.ts';

export type InvalidationAnswer = RouterOutputs['invalidation']['get'];
export type InvalidationRow = InvalidationAnswer['instances'][number];
export type EventRow = InvalidationAnswer['events'][number];

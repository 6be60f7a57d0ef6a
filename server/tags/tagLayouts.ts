import { simple } from './simple.ts';
import type { TagLayout } from './tagLayout.ts';

/** Every layout that can be listed and purged. */
export const tagLayouts: readonly TagLayout[] = [simple];

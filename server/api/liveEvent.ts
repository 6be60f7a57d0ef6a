import type { Approval } from '#shared/acting/approval.ts';
import type { Job } from '#shared/acting/job.ts';
import type { StatusView } from './statusRouter.ts';

export type LiveEvent =
  | { readonly kind: 'status'; readonly status: StatusView }
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'approval'; readonly approval: Approval };

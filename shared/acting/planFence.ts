/** Whether Redis keeps to it that a batch which it does not begin in time never runs; else why not, and what would help, in sentences. */
export type PlanFence =
  | { readonly state: 'fenced'; readonly withinMs: number }
  | { readonly state: 'unfenced'; readonly why: string };

/** What a plan says of it, in one or two sentences. */
export function describeFence(fence: PlanFence): string {
  return fence.state === 'fenced'
    ? `Fenced: batches that Redis does not begin within ${fence.withinMs / 1_000} s never run.`
    : `Not fenced. ${fence.why}`;
}

import type { Plan } from '#shared/acting/plan.ts';

export type Answerable =
  | { readonly state: 'ready' }
  | { readonly state: 'waiting'; readonly missing: string }
  | { readonly state: 'expired' };

/** Whether the plan may be confirmed with what was typed so far, and what is missing if not. */
export function planAnswerable(
  plan: Plan,
  answer: { readonly typed: string; readonly reason: string },
  nowMs: number,
): Answerable {
  if (nowMs >= plan.expiresAtMs) return { state: 'expired' };
  if (plan.isReasonRequired && answer.reason.trim() === '') return { state: 'waiting', missing: 'a reason' };
  if (plan.confirmation.kind === 'typed' && answer.typed.trim() !== plan.confirmation.text) {
    return { state: 'waiting', missing: 'the typed confirmation' };
  }
  return { state: 'ready' };
}

/** `4:12`: what is left of the plan's life; `createdAtMs` is absent where only its end is known. */
export function formatPlanLife(
  { expiresAtMs, createdAtMs = 0 }: { readonly expiresAtMs: number; readonly createdAtMs?: number },
  nowMs: number,
): string {
  // The page's clock may be a second behind the server's; a plan never lives longer than it was made for.
  const leftMs = Math.min(expiresAtMs - nowMs, expiresAtMs - createdAtMs);
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

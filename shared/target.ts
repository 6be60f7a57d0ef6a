/**
 * Names one Redis deployment that the server watches. One is served for now, under `DEFAULT_TARGET_ID`;
 * every request and every stored row carries it, so that more can follow without a change of form.
 */
export type TargetId = string;

export const DEFAULT_TARGET_ID: TargetId = 'default';

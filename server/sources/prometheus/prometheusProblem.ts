/** Why a Prometheus server gave no answer that can be used, for an operator; nothing of the request is in it. */
export class PrometheusProblem extends Error {}

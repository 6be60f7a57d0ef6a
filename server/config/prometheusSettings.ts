/** A Prometheus server that is asked for the counters of services. Secrets stay in memory: never stored, never logged. */
export interface PrometheusSettings {
  readonly access: {
    readonly url: string;
    readonly username: string | null;
    readonly password: string | null;
    /** Read again for each request, as secrets in files may rotate. */
    readonly passwordFile: string | null;
    readonly token: string | null;
    readonly tokenFile: string | null;
  };
  /** Label matchers of PromQL that everything is limited to; empty = everything. */
  readonly matchers: string;
}

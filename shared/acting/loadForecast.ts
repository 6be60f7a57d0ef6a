/** What a purge will ask of the source behind the cache, besides what is loaded anyway. Loads a second. */
export interface LoadForecast {
  /** What all services together load now, over the last 15 s; null = no metrics tell (yet). */
  readonly currentPerSecond: number | null;
  /** What the source stands, as the configuration says; null = not declared. */
  readonly capacityPerSecond: number | null;
  /**
   * The most at once: as the selected keys' share of their patterns' hits would have it, and if they are the ones that are
   * read. Null = the metrics of a selected pattern are missing, so that nobody knows.
   */
  readonly peakExtra: { readonly perSecond: number; readonly atMostPerSecond: number } | null;
  /** When half and nine tenths of the extra loads are over, ms after the start; null as of `peakExtra`, or when nothing is read. */
  readonly halfOverMs: number | null;
  readonly mostOverMs: number | null;
  /** Mean of each step of `stepMs` from the start on; empty when nobody knows. */
  readonly extraPerSecond: readonly number[];
  readonly stepMs: number;
  /** Why it is not known; empty when it is. */
  readonly whyUnknown: string;
}

/** How the announcements of instances in Redis are read. */
export interface AnnouncementsState {
  readonly state: 'pending' | 'working' | 'failing';
  readonly lastOkAtMs: number | null;
  /** Why they cannot be read; empty while they can. */
  readonly detail: string;
  /** Instances past the limit. */
  readonly leftOutCount: number;
}

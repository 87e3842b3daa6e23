/** Published when somebody read what is known of a customer: figures of continuity may change. */
export const BRIEF_OPENED = 'signals.brief-opened';

export interface BriefOpened {
  /** The profile that was asked for. */
  readonly profile: string;
}

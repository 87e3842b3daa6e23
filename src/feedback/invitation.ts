/** Where an invitation stands, by its times. */
export const invitationStates = ['WAITING', 'OPEN', 'ANSWERED', 'EXPIRED'] as const;
export type InvitationState = (typeof invitationStates)[number];

/** What somebody is asked about: the thing itself, and what it belongs to. */
export interface About {
  /** The touchpoint or the journey, as 32 hexadecimal digits; that it is asked about is told once. */
  readonly cause: string;
  readonly profile: string;
  readonly touchpoint: string | null;
  readonly conversation: string | null;
  readonly journey: string | null;
  readonly issue: string | null;
  readonly channel: number | null;
  readonly language: string | null;
  readonly agent: string | null;
}

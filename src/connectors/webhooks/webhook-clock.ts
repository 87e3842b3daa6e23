/** Time as the webhooks see it, so that waiting can be tested without waiting. */
export interface WebhookClock {
  now(): Date;
  /** Between two looks for what is due. */
  readonly tickMs: number;
}

export const WEBHOOK_CLOCK = Symbol('the clock of webhooks');

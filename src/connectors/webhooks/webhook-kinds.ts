import { postmarkKind } from './kinds/postmark.js';
import type { WebhookKind } from './webhook-kind.js';

/** Every vendor that can call us; one line each, in the order of their names. */
export const webhookKinds: readonly WebhookKind[] = [postmarkKind];

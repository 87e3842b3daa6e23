import { amazonSesKind } from './kinds/amazon-ses/amazon-ses.js';
import { mailgunKind } from './kinds/mailgun.js';
import { postmarkKind } from './kinds/postmark.js';
import { resendKind } from './kinds/resend.js';
import { sendgridKind } from './kinds/sendgrid.js';
import { sendgridInboundKind } from './kinds/sendgrid-inbound.js';
import { twilioKind } from './kinds/twilio/twilio.js';
import type { WebhookKind } from './webhook-kind.js';

/** Every vendor that can call us; one line each, in the order of their names. */
export const webhookKinds: readonly WebhookKind[] = [
  amazonSesKind,
  mailgunKind,
  postmarkKind,
  resendKind,
  sendgridKind,
  sendgridInboundKind,
  twilioKind,
];

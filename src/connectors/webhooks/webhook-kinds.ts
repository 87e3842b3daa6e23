import { amazonSesKind } from './kinds/amazon-ses/amazon-ses.js';
import { chatwoot } from './kinds/chatwoot.js';
import { amazonConnect } from './kinds/contact-center/amazon-connect.js';
import { genesysCloud } from './kinds/contact-center/genesys-cloud.js';
import { freshdesk } from './kinds/freshdesk.js';
import { genericKind } from './kinds/generic/generic.js';
import { intercom } from './kinds/intercom/intercom.js';
import { line } from './kinds/line.js';
import { mailgunKind } from './kinds/mailgun.js';
import { instagram, messenger } from './kinds/meta-messaging/meta-messaging.js';
import { postmarkKind } from './kinds/postmark.js';
import { resendKind } from './kinds/resend.js';
import { ringcentral } from './kinds/ringcentral/ringcentral.js';
import { sendgridKind } from './kinds/sendgrid.js';
import { sendgridInboundKind } from './kinds/sendgrid-inbound.js';
import { slack } from './kinds/slack/slack.js';
import { telegram } from './kinds/telegram/telegram.js';
import { twilioKind } from './kinds/twilio/twilio.js';
import { whatsappCloud } from './kinds/whatsapp/whatsapp.js';
import { zendesk } from './kinds/zendesk/zendesk.js';
import type { WebhookKind } from './webhook-kind.js';

/** Every vendor that can call us; one line each, in the order of their names. */
export const webhookKinds: readonly WebhookKind[] = [
  amazonConnect,
  amazonSesKind,
  chatwoot,
  freshdesk,
  genericKind,
  genesysCloud,
  instagram,
  intercom,
  line,
  mailgunKind,
  messenger,
  postmarkKind,
  resendKind,
  ringcentral,
  sendgridKind,
  sendgridInboundKind,
  slack,
  telegram,
  twilioKind,
  whatsappCloud,
  zendesk,
];

import { hash } from 'node:crypto';
import { objectOf, presentOf, textOf } from '../../json-value.js';
import { instantOf } from '../event-time.js';
import { mailReceived } from '../mail-event.js';
import { decodedWords, headersOfText } from '../mail-header.js';
import { formFieldOf, formOf } from '../request-content.js';
import type { WebhookKind } from '../webhook-kind.js';
import { wholeMail } from '../whole-mail.js';

const source = 'sendgrid_inbound';
/** An answer to a mail whose events SendGrid tells belongs to that mail's thread. */
const threadSource = 'sendgrid';

/** SendGrid's Inbound Parse: a mail as a form, parsed or, with the setting «raw», as it came. */
export const sendgridInboundKind: WebhookKind = {
  name: source,
  title: 'SendGrid Inbound Parse',
  proof: 'none',
  wholeMail: (request) => formFieldOf(request, 'email'),
  translate(request, _settings, mail) {
    const form = formOf(request);
    const verdicts = { spamScore: textOf(form['spam_score']), spf: textOf(form['SPF']) };
    if (mail.email) {
      const origin = { source, threadSource, receivedAt: request.receivedAt, attributes: presentOf(verdicts) };
      return wholeMail(mail.email, mail, origin);
    }
    const headers = headersOfText(form['headers'] ?? '');
    const envelope = envelopeOf(form['envelope']);
    const to = decodedWords(textOf(form['to']) ?? headers.get('to') ?? '') || undefined;
    const received = {
      source,
      threadSource,
      id: hash('sha256', request.body, 'hex').slice(0, 32),
      from: textOf(form['from']) ?? headers.get('from') ?? envelope['from'],
      headers,
      to,
      subject: textOf(form['subject']) ?? headers.get('subject'),
      text: textOf(form['text']),
      html: textOf(form['html']),
      at: instantOf(headers.get('date')),
      attributes: presentOf({ to, attachments: textOf(form['attachments']), ...verdicts }),
    };
    return mailReceived(received, mail);
  },
};

function envelopeOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}

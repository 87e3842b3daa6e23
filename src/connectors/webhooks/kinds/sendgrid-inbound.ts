import { hash } from 'node:crypto';
import { objectOf, presentOf, textOf } from '../../json-value.js';
import { instantOf } from '../event-time.js';
import { mailReceived } from '../mail-event.js';
import { decodedWords, headersOfText } from '../mail-header.js';
import { formOf } from '../request-content.js';
import type { WebhookKind } from '../webhook-kind.js';

const source = 'sendgrid_inbound';

/** SendGrid's Inbound Parse: a mail as a form, parsed or (setting «raw») as it came, of which the headers are read. */
export const sendgridInboundKind: WebhookKind = {
  name: source,
  title: 'SendGrid Inbound Parse',
  proof: 'none',
  translate(request) {
    const form = formOf(request);
    const raw = textOf(form['email']);
    const headers = headersOfText(raw ?? form['headers'] ?? '');
    const envelope = envelopeOf(form['envelope']);
    const mail = mailReceived({
      source,
      // An answer to a mail whose events SendGrid tells belongs to that mail's thread.
      threadSource: 'sendgrid',
      id: hash('sha256', request.body, 'hex').slice(0, 32),
      from: textOf(form['from']) ?? headers.get('from') ?? envelope['from'],
      headers,
      subject: textOf(form['subject']) ?? headers.get('subject'),
      text: textOf(form['text']),
      html: textOf(form['html']),
      at: instantOf(headers.get('date')),
      attributes: presentOf({
        to: decodedWords(textOf(form['to']) ?? headers.get('to') ?? '') || undefined,
        attachments: textOf(form['attachments']),
        spamScore: textOf(form['spam_score']),
        spf: textOf(form['SPF']),
      }),
    });
    return mail ? [mail] : [];
  },
};

function envelopeOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}

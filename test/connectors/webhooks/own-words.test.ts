import { describe, expect, it } from 'vitest';
import { mailgunKind } from '../../../src/connectors/webhooks/kinds/mailgun.js';
import { postmarkKind } from '../../../src/connectors/webhooks/kinds/postmark.js';
import { sendgridInboundKind } from '../../../src/connectors/webhooks/kinds/sendgrid-inbound.js';
import type { WebhookTouchpoint } from '../../../src/connectors/webhooks/webhook-kind.js';
import { formOf, requestOf, toldOne } from './kinds/request.js';

/** A mail as each service hands it over: what it says was written, as text and as HTML, and how it cut it. */
interface Mail {
  readonly text?: string;
  readonly html?: string;
  readonly cut?: string;
}

const from = 'ann@example.com';
const present = (fields: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined));

const services: readonly [string, boolean, (mail: Mail) => WebhookTouchpoint][] = [
  [
    'Mailgun',
    true,
    ({ text, html, cut }) =>
      toldOne(mailgunKind, formOf(present({ from, 'body-plain': text, 'body-html': html, 'stripped-text': cut }))),
  ],
  [
    'Postmark',
    true,
    ({ text, html, cut }) =>
      toldOne(postmarkKind, requestOf(present({ From: from, TextBody: text, HtmlBody: html, StrippedTextReply: cut }))),
  ],
  ['SendGrid', false, ({ text, html }) => toldOne(sendgridInboundKind, formOf(present({ from, text, html })))],
];

const quoted =
  'Still waiting.\n\nOn Thu, 15 Jan 2026 at 10:00, Support <support@acme.example> wrote:\n> We are on it.\n>> Hi';
const outlook = 'Still waiting.\r\n\r\nFrom: Support\r\nSent: Thursday\r\nTo: Ann\r\n\r\nWe are on it.';
const html =
  '<div>Still <b>waiting</b>.</div><div>On Thu, 15 Jan 2026, Support wrote:</div>' +
  '<blockquote class="q"><p>We are on it.</p><blockquote>Hi</blockquote><p>Bye</p></blockquote>';

describe.each(services)('the summary of a mail that %s tells in parts', (_, cutsItself, summarised) => {
  it.each<[string, Mail, string]>([
    ['a text that quotes', { text: quoted }, 'Still waiting.'],
    ['one as Outlook writes it', { text: outlook }, 'Still waiting.'],
    ['text beside HTML', { text: quoted, html: '<p>Another</p>' }, 'Still waiting.'],
    ['HTML alone', { html }, 'Still waiting.'],
    ['HTML that quotes and is cut off', { html: html.slice(0, -40) }, 'Still waiting.'],
    [
      'HTML that answers below',
      { html: `${html}<p>Thanks</p>` },
      'Still waiting.\nOn Thu, 15 Jan 2026, Support wrote:\n\nThanks',
    ],
    ['nothing but a quotation', { html: '<blockquote>We are on it.</blockquote>' }, 'We are on it.'],
    ['a quotation without its words', { text: '> We are on it.' }, '> We are on it.'],
    ['nothing', {}, ''],
  ])('is what she wrote herself, of %s', (_case, mail, summary) => {
    expect(summarised(mail).summary ?? '').toBe(summary);
  });

  it('is as the service cut it, where it does', () => {
    const told = summarised({ text: quoted, cut: 'Waiting, still.' }).summary;
    expect(told).toBe(cutsItself ? 'Waiting, still.' : 'Still waiting.');
    expect(summarised({ text: quoted, cut: ' ' }).summary).toBe('Still waiting.');
  });
});

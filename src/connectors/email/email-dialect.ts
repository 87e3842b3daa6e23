import { z } from 'zod';
import { Refusal } from '../../platform/refusal.js';
import { directions } from '../../touchpoints/vocabulary.js';
import type { Dialect } from '../intake.service.js';
import { checkTranslated } from '../translated.js';
import type { EmailCopy } from './email-copies.js';
import { touchpointOf } from './email-touchpoint.js';

/** E-mail messages that have been read, each as it concerns one customer. */
export const emailDialect: Dialect = {
  name: 'email',
  sourceOf: () => 'email',
  check: (item, _index, context) => checkTranslated({ touchpoint: touchpointOf(readCopy(item), context.now) }, context),
};

const text = z.string().optional();
const mailboxes = z.array(z.object({ address: z.string(), name: text }));
const texts = z.array(z.string());

const copy = z.object({
  own: texts,
  direction: z.enum(directions),
  customer: z.string().nullable(),
  email: z.object({
    messageId: z.string(),
    references: texts,
    date: text,
    writtenDate: text,
    receivedAt: text,
    from: mailboxes,
    replyTo: mailboxes,
    to: mailboxes,
    cc: mailboxes,
    bcc: mailboxes,
    subject: text,
    text,
    language: text,
    automatic: text,
    attachments: z.array(z.object({ name: text, type: z.string(), bytes: z.number() })),
    report: z
      .object({
        kind: z.enum(['delivery', 'reading', 'complaint']),
        recipients: z.array(z.object({ address: z.string(), action: z.string(), status: text, diagnostic: text })),
        messageId: text,
        references: texts,
        subject: text,
        sentAt: text,
      })
      .optional(),
  }),
});

/** A dead letter may have been mended into anything. */
function readCopy(item: unknown): EmailCopy {
  const { data, error } = copy.safeParse(item);
  if (data) return data;
  const field = error.issues[0]?.path.join('.') || 'email';
  throw new Refusal('INPUT_INVALID', 'This is not the form that a message has once it was read.', { field });
}

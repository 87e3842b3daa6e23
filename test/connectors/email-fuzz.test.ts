import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copiesOf } from '../../src/connectors/email/email-copies.js';
import { emailDialect } from '../../src/connectors/email/email-dialect.js';
import { parseEmail } from '../../src/connectors/email/parse-email.js';
import { Refusal } from '../../src/platform/refusal.js';
import { context } from './checked-message.js';
import { type SegmentClient, startSegmentClient } from './segment-client.js';

const charsets = ['utf-8', 'iso-8859-1', 'windows-1252', 'utf-7', 'utf-16', 'shift_jis', 'gb18030', 'x-none', '', '\0'];
const encodings = ['7bit', '8bit', 'base64', 'quoted-printable', 'BASE64;', 'x-uuencode', 'binary', ''];
const boundaries = ['b', 'B42', '', ' ', '=_?:/.+', 'ü', '"', 'b'.repeat(5_000), '--'];
const types = [
  'text/plain',
  'text/html',
  'text/calendar',
  'application/octet-stream',
  'message/delivery-status',
  'message/rfc822',
  'message/feedback-report',
  'message/external-body',
  'image/png; name="=?utf-8?Q?=00?="',
  'text',
  '/',
  ';;;',
];

const bytes = fc.uint8Array({ maxLength: 80 }).map((all) => Buffer.from(all).toString('latin1'));
const words = fc.constantFrom(
  'Hello',
  '=?utf-8?B?7aCA?=',
  '=?x-none?Q?=E9?= =?utf-8?Q?=F0=9F?=',
  `=?utf-8?Q?${'=C3=A9'.repeat(200)}?=`,
  'a@b.example',
  'Ann <ann@example.com>',
  '"Ann \\" <x" <ann@example.com>, Friends: bob@example.com, c@example.com;',
  '<<a@b>, , @c <>',
  '<1@example.com> <2@example.com>',
  'Thu, 32 Foo 99999 25:61:61 +9999',
  'Thu, 15 Jan 2026 10:00:00 +0000',
  '> On Thu, Ann wrote:\r\n> > x',
  '\u{1f469}\u200d\u{1f4bb}\ud800',
  '\0',
);
const text = fc.oneof(words, bytes, fc.string({ unit: 'binary' }));

const names = ['From', 'To', 'Cc', 'Bcc', 'Reply-To', 'Subject', 'Date', 'Message-ID', 'References', 'In-Reply-To'];
const oddNames = [
  'Auto-Submitted',
  'X-Failed-Recipients',
  'Received',
  'Content-Language',
  'Precedence',
  `X-${'A'.repeat(900)}`,
  '',
  'No colon',
];
const header = fc
  .tuple(fc.constantFrom(...names, ...names, ...oddNames), text, fc.constantFrom(': ', ':', ' :', '', ':\r\n ', ':\t'))
  .map(([name, value, colon]) => `${name}${colon}${value}`);
const huge = fc
  .tuple(
    fc.constantFrom('Subject', 'To', 'References', 'X-Odd'),
    fc.constantFrom('x', '<a@b> ', 'a@b.example, ', '\r\n y'),
  )
  .map(([name, piece]) => `${name}: ${piece.repeat(Math.ceil(150_000 / piece.length))}`);

interface Made {
  readonly type: string;
  readonly body: string;
}

const { made } = fc.letrec<{ made: Made; leaf: Made; parts: Made }>((tie) => ({
  made: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('parts')),
  leaf: fc
    .record({
      type: fc.constantFrom(...types),
      charset: fc.constantFrom(...charsets),
      encoding: fc.constantFrom(...encodings),
      body: fc.array(text, { maxLength: 6 }),
    })
    .map(({ type, charset, encoding, body }) => ({
      type: `${type}; charset="${charset}"\r\nContent-Transfer-Encoding: ${encoding}`,
      body: body.join('\r\n'),
    })),
  parts: fc
    .record({
      kind: fc.constantFrom('mixed', 'alternative', 'related', 'report; report-type=delivery-status', 'signed', ''),
      said: fc.constantFrom(...boundaries),
      used: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(...boundaries) },
      ),
      isClosed: fc.boolean(),
      inside: fc.array(tie('made'), { maxLength: 3 }),
      between: text,
    })
    .map(({ kind, said, used, isClosed, inside, between }) => {
      const mark = `--${used ?? said}`;
      const parts = inside.map(({ type, body }) => `${mark}\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`);
      return {
        type: `multipart/${kind}; boundary="${said}"`,
        body: `${between}\r\n${parts.join('')}${isClosed ? `${mark}--` : ''}`,
      };
    }),
}));

/** A whole message: headers in any order, twice, broken or huge, over MIME that may keep its promises or not. */
const whole = fc
  .record({
    envelope: fc.constantFrom('', 'From ann@example.com Thu Jan 15 10:00:00 2026\r\n', '\r\n', '\ufeff'),
    headers: fc.array(header, { maxLength: 12 }),
    huge: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: huge }),
    content: made,
    line: fc.constantFrom('\r\n', '\n', '\r'),
  })
  .map(({ envelope, headers, huge: more, content, line }) => {
    const lines = ['From: ann@example.com', ...headers, ...(more ? [more] : []), `Content-Type: ${content.type}`];
    return Buffer.from(`${envelope}${lines.join('\r\n')}\r\n\r\n${content.body}`.replaceAll('\r\n', line), 'latin1');
  });

describe('any message at all', () => {
  let client: SegmentClient;

  beforeAll(async () => {
    client = await startSegmentClient();
  });
  afterAll(() => client.t.stop());

  it('is read into what can be judged, or is refused', { timeout: 180_000 }, async () => {
    const readOrRefused = async (raw: Buffer) => {
      try {
        const email = await parseEmail(raw);
        for (const copy of copiesOf(email, ['acme.example'])) {
          emailDialect.check(JSON.parse(JSON.stringify(copy)), 0, context);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    };
    await fc.assert(fc.asyncProperty(whole, readOrRefused), { numRuns: 250 });
  });

  it('is a 200 or a 400, never a failure of ours, and nothing of ours is in the way of storing it', {
    timeout: 180_000,
  }, async () => {
    const answered = async (raw: Buffer) => {
      const headers = { authorization: `Bearer ${client.t.key}` };
      const { status } = await client.post('/v1/email?own=acme.example', raw, headers);
      expect([200, 400]).toContain(status);
    };
    await fc.assert(fc.asyncProperty(whole, answered), { numRuns: 60 });
    const { rows } = await client.t.database.owner.query(`select raw from dead_letter where reason = 'UNEXPECTED'`);
    expect(rows).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copiesOf } from '../../src/connectors/email/email-copies.js';
import { emailDialect } from '../../src/connectors/email/email-dialect.js';
import { emailTouchpoints } from '../../src/connectors/email/email-touchpoint.js';
import { readOwnMail } from '../../src/connectors/email/own-mail.js';
import { parseEmail } from '../../src/connectors/email/parse-email.js';
import { Refusal } from '../../src/platform/refusal.js';
import { anyOf } from './any-item.js';
import { context, now } from './checked-message.js';
import { bounce, message, multipart } from './email-messages.js';

const own = ['acme.example', 'help@elsewhere.example'];

async function told(text: string | Buffer, mine: readonly string[] = own) {
  return emailTouchpoints(await parseEmail(Buffer.from(text)), mine, now);
}

async function one(text: string | Buffer) {
  const all = await told(text);
  expect(all).toHaveLength(1);
  const [touchpoint] = all;
  // biome-ignore lint/suspicious/noExplicitAny: what is told is asserted, not typed.
  return touchpoint as any;
}

const inbound = { From: 'Ann <Ann@Example.com>', To: 'support@acme.example', 'Message-ID': '<m-1@example.com>' };

describe('whom a message concerns, and which way it went', () => {
  it.each<[string, Record<string, string | string[]>, [string, string, string][]]>([
    ['to us', {}, [['INBOUND', 'ann@example.com', 'm-1@example.com']]],
    [
      'to an address of ours elsewhere',
      { To: 'help@elsewhere.example' },
      [['INBOUND', 'ann@example.com', 'm-1@example.com']],
    ],
    ['to who knows whom', { To: 'Undisclosed recipients:;' }, [['INBOUND', 'ann@example.com', 'm-1@example.com']]],
    [
      'from us to several customers, each named once',
      {
        From: 'support@acme.example',
        To: 'Friends: ann@example.com, "B, Bob" <BOB@example.com>;',
        Cc: 'Ann@example.com, qa@acme.example',
      },
      [
        ['OUTBOUND', 'ann@example.com', 'm-1@example.com ann@example.com'],
        ['OUTBOUND', 'bob@example.com', 'm-1@example.com bob@example.com'],
      ],
    ],
    [
      'from a sub-domain of ours',
      { From: 'bot@mail.acme.example', To: 'ann@example.com' },
      [['OUTBOUND', 'ann@example.com', 'm-1@example.com ann@example.com']],
    ],
    [
      'from a domain that only ends like ours',
      { From: 'x@notacme.example' },
      [['INBOUND', 'x@notacme.example', 'm-1@example.com']],
    ],
    [
      'between ourselves',
      { From: 'a@acme.example', To: 'b@acme.example' },
      [['INTERNAL', 'b@acme.example', 'm-1@example.com']],
    ],
    [
      'from a form on our pages',
      { From: 'form@acme.example', 'Reply-To': 'Ann <ann@example.com>' },
      [['INBOUND', 'ann@example.com', 'm-1@example.com']],
    ],
    [
      'of two From lines, by the first',
      { From: ['ann@example.com', 'mallory@example.com'] },
      [['INBOUND', 'ann@example.com', 'm-1@example.com']],
    ],
  ])('%s', async (_, headers, expected) => {
    const all = await told(message({ ...inbound, ...headers }));
    expect(
      all.map((touchpoint) => [touchpoint.direction, touchpoint.identifiers[0]?.value, touchpoint.externalId]),
    ).toEqual(expected);
    for (const touchpoint of all) expect(touchpoint).toMatchObject({ channel: 'EMAIL', source: 'email' });
  });

  it('what is one’s own is a domain or an address, and bad ones are named', () => {
    expect(readOwnMail(' ACME.example,@two.example ,')).toEqual(['acme.example', 'two.example']);
    expect(readOwnMail(['a.example', 'x@b.example'])).toEqual(['a.example', 'x@b.example']);
    expect(readOwnMail(undefined)).toEqual([]);
    for (const bad of ['acme', 'a b.example', 'x@', Array(51).fill('a.example')]) {
      expect(() => readOwnMail(bad)).toThrow(
        expect.objectContaining({ where: expect.objectContaining({ field: 'own' }) }),
      );
    }
  });

  it('tells a second From line, and which of our addresses was written to', async () => {
    const touchpoint = await one(message({ ...inbound, From: ['ann@example.com', 'Mallory <mallory@example.com>'] }));
    expect(touchpoint).toMatchObject({
      queue: 'support@acme.example',
      attributes: { from: { address: 'ann@example.com' }, furtherFrom: [{ address: 'mallory@example.com' }] },
    });
  });

  it('names nobody without a sender, and refuses to name a hundred and one', async () => {
    await expect(told(message({ ...inbound, From: '<>' }))).rejects.toMatchObject({
      reason: 'TOO_FEW',
      where: { field: 'from' },
    });
    const many = Array.from({ length: 101 }, (_, n) => `c${n}@example.com`).join(', ');
    await expect(told(message({ ...inbound, From: 'a@acme.example', To: many }))).rejects.toMatchObject({
      reason: 'TOO_MANY',
      where: { field: 'to', limit: 100 },
    });
  });
});

describe('what a message says', () => {
  it('belongs to the thread that its references begin', async () => {
    const of = async (headers: object) => (await one(message({ ...inbound, ...headers }))).conversation.externalId;
    expect(await of({})).toBe('m-1@example.com');
    expect(await of({ 'In-Reply-To': '<m-0@example.com>' })).toBe('m-0@example.com');
    expect(await of({ References: '<a@x.example>\r\n <b@x.example>', 'In-Reply-To': '<b@x.example>' })).toBe(
      'a@x.example',
    );
  });

  it('has its date, else that of the mail server, else the time of receipt, and says what was wrong', async () => {
    const of = async (headers: object) => one(message({ ...inbound, ...headers }));
    expect(await of({ Date: 'Thu, 15 Jan 2026 12:00:00 +0200 (EET)' })).toMatchObject({
      occurredAt: '2026-01-15T10:00:00.000Z',
    });
    const Received = ['from b by mx; Thu, 15 Jan 2026 10:00:09 +0000', 'from a by b; Thu, 15 Jan 2026 10:00:01 +0000'];
    expect(await of({ Received })).toMatchObject({ occurredAt: '2026-01-15T10:00:09.000Z' });
    const late = await of({ Received, Date: 'Fri, 31 Dec 2128 23:59:59 +0000' });
    expect(late).toMatchObject({
      occurredAt: '2026-01-15T10:00:09.000Z',
      attributes: { clock: { reason: 'OUT_OF_RANGE' } },
    });
    const odd = await of({ Date: 'yesterday' });
    expect(odd.occurredAt).toBeUndefined();
    expect(odd.attributes.clock).toEqual({ reason: 'INVALID', sent: 'yesterday' });
  });

  it('of a message without an id is known by its bytes: sent again it is the same', async () => {
    const text = message({ From: 'ann@example.com', To: 'support@acme.example' });
    expect((await one(text)).externalId).toMatch(/^sha256-[0-9a-f]{32}$/);
    expect((await one(text)).externalId).toBe((await one(text)).externalId);
    expect((await one(`${text}!`)).externalId).not.toBe((await one(text)).externalId);
  });

  it.each<[string, Record<string, string>, string, string | undefined]>([
    ['a person', { 'Auto-Submitted': 'no' }, 'email.received', undefined],
    [
      'an answering machine',
      { 'Auto-Submitted': 'auto-replied; owner-email="a@b.example"' },
      'email.auto_reply',
      'auto-replied',
    ],
    ['an old answering machine', { 'X-Autoreply': 'yes', Precedence: 'bulk' }, 'email.auto_reply', 'auto-replied'],
    ['a very old one', { Precedence: 'auto_reply' }, 'email.auto_reply', 'auto-replied'],
    ['a machine', { 'Auto-Submitted': 'auto-generated' }, 'email.auto_reply', 'auto-generated'],
    ['a mailing list', { 'List-Id': '<dev.example.com>' }, 'email.bulk', 'list'],
    ['a mass mailing', { Precedence: 'bulk' }, 'email.bulk', 'bulk'],
  ])('is told apart when it was written by %s', async (_, headers, kind, automatic) => {
    const touchpoint = await one(message({ ...inbound, ...headers }));
    expect([touchpoint.kind, touchpoint.attributes.automatic]).toEqual([kind, automatic]);
  });

  it('is read in whatever charset and encoding, and HTML as text', async () => {
    const koi8 = Buffer.concat([
      Buffer.from(
        message({ ...inbound, Subject: '=?koi8-r?B?8NLJ18XU?=', 'Content-Type': 'text/plain; charset=koi8-r' }, ''),
      ),
      Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]),
    ]);
    expect(await one(koi8)).toMatchObject({ subject: 'Привет', summary: 'Привет' });
    const unknown = Buffer.concat([
      Buffer.from(message({ ...inbound, 'Content-Type': 'text/plain; charset=x-unheard-of' }, 'Caf')),
      Buffer.from([0xe9, 0x00]),
    ]);
    expect((await one(unknown)).summary).toMatch(/^Caf/);
    const { type, body } = multipart(
      'alternative',
      message(
        { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': 'quoted-printable' },
        'Gr=C3=BC=C3=9Fe',
      ),
      message({ 'Content-Type': 'text/html' }, '<p>Greetings</p>'),
    );
    expect(await one(message({ ...inbound, 'Content-Type': type }, body))).toMatchObject({ summary: 'Grüße' });
    const html =
      '<style>p{}</style><p>My <b>refund</b></p><blockquote>Old &amp; quoted</blockquote><script>x()</script>';
    expect(await one(message({ ...inbound, 'Content-Type': 'text/html' }, html))).toMatchObject({
      summary: 'My refund',
    });
  });

  it.each([
    ['no charset', 'text/plain'],
    ['one that cannot be', 'text/plain; charset=us-ascii'],
    ['a wrong one', 'text/plain; charset=utf-8'],
    ['one that says that nobody knows', 'text/plain; charset=unknown-8bit'],
  ])('is read as western text where its bytes have %s', async (_, type) => {
    const sent = message(
      { ...inbound, From: 'Jörg <ann@example.com>', Subject: 'Café', 'Content-Type': type },
      'Déjà vu',
    );
    expect(await one(Buffer.from(sent, 'latin1'))).toMatchObject({
      subject: 'Café',
      summary: 'Déjà vu',
      attributes: { from: { name: 'Jörg' } },
    });
    expect(await one(Buffer.from(sent))).toMatchObject({ subject: 'Café', summary: 'Déjà vu' });
  });

  it('that names a charset keeps its bytes for it, whatever stands in its headers', async () => {
    const sent = message({ ...inbound, Subject: 'Café', 'Content-Type': 'text/plain; charset=koi8-r' }, '');
    const bytes = Buffer.concat([Buffer.from(sent, 'latin1'), Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4])]);
    expect(await one(bytes)).toMatchObject({ subject: 'Café', summary: 'Привет' });
  });

  it('names its attachments with type and size, and keeps nothing of what they hold', async () => {
    const { type, body } = multipart(
      'mixed',
      message({ 'Content-Type': 'text/plain' }, 'See the invoice.'),
      message(
        {
          'Content-Type': 'application/pdf; name="=?utf-8?B?UmVjaG51bmcgw7xiZXIucGRm?="',
          'Content-Transfer-Encoding': 'base64',
          'Content-Disposition': 'attachment',
        },
        Buffer.from('secret contents').toString('base64'),
      ),
      message(
        { 'Content-Type': 'application/ms-tnef; name=winmail.dat', 'Content-Transfer-Encoding': 'base64' },
        'eJ8=',
      ),
    );
    const touchpoint = await one(message({ ...inbound, 'Content-Type': type }, body));
    expect(touchpoint.attributes.attachments).toEqual([
      { name: 'Rechnung über.pdf', type: 'application/pdf', bytes: 15 },
      { name: 'winmail.dat', type: 'application/ms-tnef', bytes: 2 },
    ]);
    expect(JSON.stringify(touchpoint)).not.toContain('secret');
  });

  it('is cut where a column ends, and says how long it was', async () => {
    const touchpoint = await one(message({ ...inbound, Subject: 's'.repeat(20_000) }, 'word '.repeat(5_000)));
    expect(touchpoint.summary).toHaveLength(10_000);
    expect(touchpoint.summary.endsWith('…')).toBe(true);
    expect(touchpoint.subject).toHaveLength(10_000);
    expect(touchpoint.attributes.textCharacters).toBe(24_999);
  });
});

describe('a report about a message that we sent', () => {
  const sent = message(
    {
      From: 'support@acme.example',
      To: 'Ann@example.com',
      Date: 'Thu, 15 Jan 2026 10:00:00 +0000',
      'Message-ID': '<out-1@acme.example>',
      References: '<thread-1@example.com>',
    },
    'It is on its way.',
  );

  it('that it bounced is a later word about the same touchpoint, by the address that we wrote to', async () => {
    const before = await one(sent);
    const after = await one(bounce({ recipient: 'ann@example.com', originalId: 'out-1@acme.example' }));
    expect(after.externalId).toBe(before.externalId);
    expect(after).toMatchObject({
      kind: 'email.sent',
      direction: 'OUTBOUND',
      status: 'FAILED',
      outcome: 'bounced',
      occurredAt: before.occurredAt,
      endedAt: '2026-01-15T10:00:35.000Z',
      conversation: before.conversation,
      attributes: { delivery: { action: 'failed', status: '5.1.1', diagnostic: 'smtp; 550 5.1.1 no such user' } },
    });
    expect(after.summary).toBeUndefined();
  });

  it.each([
    ['delayed', 'ACTIVE', 'delayed'],
    ['delivered', 'COMPLETED', 'delivered'],
    ['relayed (to a mailer that does not report)', 'COMPLETED', 'relayed'],
  ])('that it was %s', async (action, status, outcome) => {
    const touchpoint = await one(bounce({ recipient: 'ann@example.com', originalId: 'out-1@acme.example', action }));
    expect(touchpoint).toMatchObject({ status, outcome });
  });

  it('comes after the message, however wrong the clock of the mail server is', async () => {
    const date = 'Thu, 15 Jan 2026 08:00:00 +0000';
    const touchpoint = await one(bounce({ recipient: 'ann@example.com', originalId: 'out-1@acme.example', date }));
    expect(touchpoint.endedAt).toBe('2026-01-15T10:00:01.000Z');
  });

  it('that an old server writes, which names who failed in a header', async () => {
    const headers = {
      From: 'mailer-daemon@mx.example',
      To: 'support@acme.example',
      'X-Failed-Recipients': 'ann@example.com',
    };
    const text =
      'This message was created automatically.\n\n------ This is a copy of the headers ------\n\nMessage-ID: <out-1@acme.example>\nSubject: x';
    expect(await one(message(headers, text))).toMatchObject({
      externalId: 'out-1@acme.example ann@example.com',
      status: 'FAILED',
    });
  });

  it('that it was read, or complained about', async () => {
    const read = multipart(
      'report; report-type=disposition-notification',
      message({ 'Content-Type': 'text/plain' }, 'Read.'),
      message(
        { 'Content-Type': 'message/disposition-notification' },
        'Final-Recipient: rfc822;ann@example.com\nOriginal-Message-ID: <out-1@acme.example>\nDisposition: manual-action/MDN-sent-manually; displayed',
      ),
    );
    const headers = { From: 'ann@example.com', To: 'support@acme.example' };
    expect(await one(message({ ...headers, 'Content-Type': read.type }, read.body))).toMatchObject({
      externalId: 'out-1@acme.example ann@example.com',
      outcome: 'read',
      status: 'COMPLETED',
    });
    const abuse = multipart(
      'report; report-type=feedback-report',
      message(
        { 'Content-Type': 'message/feedback-report' },
        'Feedback-Type: abuse\nOriginal-Rcpt-To: <ann@example.com>',
      ),
      message({ 'Content-Type': 'text/rfc822-headers' }, 'Message-ID: <out-1@acme.example>'),
    );
    expect(await one(message({ ...headers, 'Content-Type': abuse.type }, abuse.body))).toMatchObject({
      externalId: 'out-1@acme.example ann@example.com',
      outcome: 'complained',
    });
  });

  it('that names nobody is refused', async () => {
    const nobody = bounce({ recipient: 'nobody', originalId: 'x@y.example' }).replace(
      'forwarded@elsewhere.example',
      'nobody',
    );
    await expect(told(nobody)).rejects.toMatchObject({ reason: 'TOO_FEW' });
  });
});

describe('published samples', () => {
  it('are read as their writers meant', async () => {
    const folder = 'test/samples/email';
    const files = readdirSync(folder).filter((file) => file.endsWith('.eml'));
    const all = Object.fromEntries(
      await Promise.all(
        files.map(async (file) => {
          const [touchpoint] = await told(readFileSync(`${folder}/${file}`));
          return [
            file.slice(0, -4),
            [touchpoint?.identifiers[0]?.value, touchpoint?.subject, touchpoint?.summary, touchpoint?.occurredAt],
          ];
        }),
      ),
    );
    expect(all).toEqual({
      anymail_sample_email: [
        'someone@example.com',
        'Test email',
        'Hi Bob, This is a message. Thanks!',
        '2013-05-03T18:26:27.000Z',
      ],
      mail_attachment_content_disposition: [
        'foo@example.com',
        'testing',
        'This is the first part.',
        '2005-06-06T20:21:22.000Z',
      ],
      mail_basic_email: [
        'test@lindsaar.net',
        'Testing 123',
        'Plain email.\n\nHope it works well!\n\nMikel',
        '2008-11-22T04:04:59.000Z',
      ],
      mail_example02: [
        'jdoe@machine.example',
        'Saying Hello',
        'This is a message just to say hello.\nSo, "Hello".',
        '1997-11-21T15:55:06.000Z',
      ],
      mail_japanese: ['raasdnil@gmail.com', 'まみむめも', 'かきくえこ', undefined],
      mail_raw_email: [
        'jamis@37signals.com',
        'NOTE: 한국말로 하는 것',
        '대부분의 마찬가지로, 우리는 하나님을 믿습니다.\n\n제 이름은 Jamis입니다.',
        '2005-05-02T22:07:05.000Z',
      ],
      mail_raw_email2: [
        'xxxxxxxxx.xxxxxxx@gmail.com',
        'Fwd: Signed email causes file attachments',
        'We should not include these files or vcards as attachments.',
        '2005-05-08T19:09:11.000Z',
      ],
    });
  });
});

describe('anything at all', () => {
  const check = (item: unknown) => {
    try {
      emailDialect.check(item, 0, context);
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
    }
  };

  const readOrRefused = async (bytes: Buffer) => {
    try {
      for (const copy of copiesOf(await parseEmail(bytes), own)) check(JSON.parse(JSON.stringify(copy)));
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
    }
  };

  it('that is broken mail is read, or is refused, and nothing else', async () => {
    const whole = [
      ...readdirSync('test/samples/email')
        .filter((file) => file.endsWith('.eml'))
        .map((file) => readFileSync(`test/samples/email/${file}`)),
      Buffer.from(bounce({ recipient: 'ann@example.com', originalId: 'x@y.example' })),
    ];
    const broken = fc
      .tuple(fc.constantFrom(...whole), fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 30 }))
      .map(([bytes, from, length, noise]) => {
        const start = from % bytes.length;
        return Buffer.concat([bytes.subarray(0, start), noise, bytes.subarray(start + (length % 200))]);
      });
    await fc.assert(fc.asyncProperty(broken, readOrRefused), { numRuns: 300 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        readOrRefused,
      ),
      { numRuns: 200 },
    );
  });

  it('in a header is read, or is refused, and nothing else', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('=?utf-8?Q?=00?=', '=?utf-8?B?7aCA?=', ':;<>,@', 'a@b.c'),
    );
    const names = [
      'From',
      'To',
      'Cc',
      'Reply-To',
      'Subject',
      'Date',
      'Message-ID',
      'References',
      'Received',
      'Content-Type',
      'X-Failed-Recipients',
    ];
    const headers = fc.dictionary(fc.constantFrom(...names), value);
    await fc.assert(
      fc.asyncProperty(headers, fc.string(), (some, body) =>
        readOrRefused(Buffer.from(message({ From: 'a@b.example', ...some }, body))),
      ),
      { numRuns: 500 },
    );
  });

  it('that nests without end or has parts without number is refused soon', async () => {
    const parts = multipart(
      'mixed',
      ...Array.from({ length: 1_100 }, () => message({ 'Content-Type': 'text/plain' }, 'x')),
    );
    await expect(
      parseEmail(Buffer.from(message({ ...inbound, 'Content-Type': parts.type }, parts.body))),
    ).rejects.toThrow(Refusal);
    const deep = Array.from(
      { length: 3_000 },
      (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\r\n\r\n--b${n}\r\n`,
    ).join('');
    await readOrRefused(Buffer.from(`From: a@b.example\r\n${deep}`));
    const html = message({ ...inbound, 'Content-Type': 'text/html' }, '<div>'.repeat(200_000));
    await readOrRefused(Buffer.from(html));
  });

  it('that a dead letter was mended into is a touchpoint, or is refused, and nothing else', () => {
    const email = anyOf(
      ['messageId', 'references', 'from', 'replyTo', 'to', 'cc', 'bcc', 'attachments', 'text', 'date', 'report'],
      {
        references: [[]],
        from: [[{ address: 'a@b.example' }]],
        replyTo: [[]],
        to: [[]],
        cc: [[]],
        bcc: [[]],
        attachments: [[]],
      },
    );
    const item = anyOf(['own', 'direction', 'customer', 'email'], {
      own: [[]],
      direction: ['INBOUND', 'OUTBOUND'],
      customer: ['a@b.example', null],
      email,
    });
    fc.assert(fc.property(item, check), { numRuns: 2_000 });
  });
});

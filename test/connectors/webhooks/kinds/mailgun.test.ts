import { describe, expect, it } from 'vitest';
import { mailgunKind } from '../../../../src/connectors/webhooks/kinds/mailgun.js';
import { formOf, requestOf, told, toldOne } from './request.js';

describe('Mailgun', () => {
  const event = (more: object) =>
    told(
      mailgunKind,
      requestOf({
        'event-data': {
          recipient: 'ann@example.com',
          timestamp: 1_534_109_600.089676,
          message: { headers: { 'message-id': 'm-1@example.org', subject: 'Hello' } },
          ...more,
        },
      }),
    );

  it.each([
    ['accepted', {}, 'email.queued'],
    ['delivered', {}, 'email.delivered'],
    ['failed', { severity: 'permanent' }, 'email.bounced'],
    ['failed', { severity: 'temporary' }, 'email.deferred'],
    [
      'rejected',
      { recipient: undefined, message: { headers: { to: 'Ann <ann@example.com>', 'message-id': 'm-1@x' } } },
      'email.rejected',
    ],
    ['opened', {}, 'email.opened'],
    ['clicked', { url: 'https://example.com/', id: 'e-1' }, 'email.clicked'],
    ['complained', {}, 'email.complained'],
    ['unsubscribed', {}, 'email.unsubscribed'],
    ['stored', {}, 'mailgun.stored'],
    ['delivered', { message: {} }, 'mailgun.delivered'],
  ])('%s %j is %s', (name, more, kind) => {
    expect(event({ event: name, ...more })).toMatchObject([
      { kind, identifiers: [{ type: 'email', value: 'ann@example.com' }] },
    ]);
  });

  it.each([
    ['delivered', {}, 'email.delivered'],
    ['bounced', { code: '550', error: 'no such user' }, 'email.bounced'],
    ['dropped', { code: '605', reason: 'hardfail' }, 'email.rejected'],
    ['opened', { 'client-name': 'Chrome' }, 'email.opened'],
    ['clicked', { url: 'https://example.com/' }, 'email.clicked'],
    ['complained', {}, 'email.complained'],
    ['unsubscribed', {}, 'email.unsubscribed'],
  ])('the older form of %s says the same', (name, more, kind) => {
    const fields = { event: name, recipient: 'ann@example.com', timestamp: '1461261330', token: 't', signature: 's' };
    const one = toldOne(mailgunKind, formOf({ ...fields, 'Message-Id': '<m-1@example.org>', ...more }));
    expect(one).toMatchObject({ kind, conversation: { externalId: 'm-1@example.org' } });
    expect(JSON.stringify(one)).not.toContain('"signature"');
  });

  it('receives a mail that a route forwards, with attachments or without', () => {
    const fields = {
      sender: 'envelope@example.org',
      from: '"Ann Lee" <ann@example.com>',
      subject: 'Help',
      'stripped-text': 'Please',
      'body-plain': 'Please\n> quoted',
      'message-headers': JSON.stringify([
        ['Message-Id', '<in-1@mail.example.com>'],
        ['Date', 'Wed, 11 Oct 2017 18:31:04 -0700'],
      ]),
      timestamp: '1507771864',
      token: 't',
      signature: 's',
    };
    const plain = toldOne(mailgunKind, formOf(fields));
    expect(plain).toMatchObject({
      externalId: 'in-1@mail.example.com',
      identifiers: [{ type: 'email', value: 'ann@example.com' }],
      traits: { name: 'Ann Lee' },
      summary: 'Please',
      occurredAt: '2017-10-12T01:31:04.000Z',
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('attachment-1', new File(['x'.repeat(100)], 'a.png', { type: 'image/png' }));
    return expect(
      (async () => {
        const response = new Response(form);
        const headers = { 'content-type': response.headers.get('content-type') as string };
        return toldOne(mailgunKind, requestOf(Buffer.from(await response.arrayBuffer()), { headers }));
      })(),
    ).resolves.toEqual(plain);
  });
});

import { readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/connectors/json-value.js';
import { chatwoot } from '../../../src/connectors/webhooks/kinds/chatwoot.js';
import { amazonConnect } from '../../../src/connectors/webhooks/kinds/contact-center/amazon-connect.js';
import { genesysCloud } from '../../../src/connectors/webhooks/kinds/contact-center/genesys-cloud.js';
import { freshdesk } from '../../../src/connectors/webhooks/kinds/freshdesk.js';
import { intercom } from '../../../src/connectors/webhooks/kinds/intercom/intercom.js';
import { line } from '../../../src/connectors/webhooks/kinds/line.js';
import { instagram, messenger } from '../../../src/connectors/webhooks/kinds/meta-messaging/meta-messaging.js';
import { ringcentral } from '../../../src/connectors/webhooks/kinds/ringcentral/ringcentral.js';
import { slack } from '../../../src/connectors/webhooks/kinds/slack/slack.js';
import { telegram } from '../../../src/connectors/webhooks/kinds/telegram/telegram.js';
import { whatsappCloud } from '../../../src/connectors/webhooks/kinds/whatsapp/whatsapp.js';
import { zendesk } from '../../../src/connectors/webhooks/kinds/zendesk/zendesk.js';
import type { WebhookItem, WebhookKind, WebhookRequest } from '../../../src/connectors/webhooks/webhook-kind.js';
import { Refusal } from '../../../src/platform/refusal.js';
import { anyBodyLike } from './any-vendor-body.js';
import { noMail } from './kinds/request.js';
import { checked, request, sample, told } from './vendor-request.js';

const kinds = [
  amazonConnect,
  chatwoot,
  freshdesk,
  genesysCloud,
  instagram,
  intercom,
  line,
  messenger,
  ringcentral,
  slack,
  telegram,
  whatsappCloud,
  zendesk,
];

const samplesOf = (name: string) =>
  readdirSync(path.resolve('test/samples/webhooks', name))
    .filter((file) => file.endsWith('.json'))
    .map((file) => sample(`${name}/${file}`));

/** A request may be refused as a whole; what is made of it may not. */
function readOrRefused(kind: WebhookKind, body: WebhookRequest, settings: JsonObject = {}): number {
  let items: readonly WebhookItem[] = [];
  try {
    items = kind.translate(body, settings, noMail);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  for (const item of items) if (!('fault' in item)) checked(item);
  return items.length;
}

describe.each(kinds)('whatever $name sends', (kind) => {
  const samples = samplesOf(kind.name);
  const forms = kind === slack || kind === freshdesk ? ['application/x-www-form-urlencoded'] : [];

  it('becomes touchpoints that can be stored, or is refused with a reason', () => {
    let stored = 0;
    fc.assert(
      fc.property(
        anyBodyLike(samples),
        fc.constantFrom({}, { identifierAttributes: { crm_id: 'a' } }),
        (body, settings) => {
          stored += readOrRefused(kind, request(body), settings);
        },
      ),
      { numRuns: 400 },
    );
    expect(stored).toBeGreaterThan(30);
  });

  it('any bytes are read or refused', () => {
    const type = fc.constantFrom('application/json', 'text/plain', '', ...forms);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((text) => Buffer.from(text)),
          fc.json().map((text) => Buffer.from(`payload=${encodeURIComponent(text)}&user_id=U1`)),
        ),
        type,
        (bytes, contentType) => {
          readOrRefused(kind, request(Buffer.from(bytes), { headers: { 'content-type': contentType } }));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('no signature of anything is taken for a right one, and none breaks the judge', async () => {
    if (kind.proof === 'none') return;
    const header = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.constantFrom('sha256=', 'v0=', 'sha1=00', 'Basic Og==', 'Bearer '),
    );
    await fc.assert(
      fc.asyncProperty(header, fc.string({ maxLength: 20 }), async (value, secret) => {
        const names = [
          'x-hub-signature-256',
          'x-hub-signature',
          'x-slack-signature',
          'x-slack-request-timestamp',
          'x-line-signature',
          'x-zendesk-webhook-signature',
          'x-zendesk-webhook-signature-timestamp',
          'x-chatwoot-signature',
          'x-chatwoot-timestamp',
          'authorization',
        ];
        const headers = Object.fromEntries(names.map((name) => [name, value]));
        expect(
          await kind.verify?.(request('{"a":1}', { headers }), secret, {
            settings: {},
            fetchText: () => Promise.reject(new Error('No network.')),
          }),
        ).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('the same request tells the same again', () => {
    for (const body of samples) {
      expect(told(kind, body)).toEqual(told(kind, body));
      expect(told(kind, body).map((item) => checked(item).hash)).toEqual(
        told(kind, body, { receivedAt: request('').receivedAt + 3_600_000 }).map((item) => checked(item).hash),
      );
    }
  });
});

describe('whatever Slack puts into a form', () => {
  it('a form that holds JSON becomes touchpoints, or nothing', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    fc.assert(
      fc.property(anyBodyLike([sample('slack/interaction.json')]), (payload) => {
        const body = `payload=${encodeURIComponent(JSON.stringify(payload)?.toWellFormed() ?? '')}`;
        readOrRefused(slack, request(body, { headers }));
      }),
      { numRuns: 300 },
    );
  });
});

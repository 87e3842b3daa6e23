import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Told, webhookDialect } from '../../../../src/connectors/webhooks/webhook-dialect.js';
import type { WebhookItem, WebhookKind, WebhookRequest } from '../../../../src/connectors/webhooks/webhook-kind.js';
import { webhookKinds } from '../../../../src/connectors/webhooks/webhook-kinds.js';
import { defaultIdentifierTypes } from '../../../../src/identity/identifier-type.js';
import { Refusal } from '../../../../src/platform/refusal.js';
import type { CheckContext } from '../../../../src/touchpoints/touchpoint-check.js';
import { anyRequest } from './any-request.js';
import { noMail, nothingOutside, now } from './request.js';
import { spoiltRequest } from './spoilt-request.js';

const context: CheckContext = {
  workspace: 1,
  rules: { types: new Map(defaultIdentifierTypes.map((type) => [type.name, type])), defaultRegion: 'US' },
  now,
  randomId: () => '0'.repeat(32),
};

/** The items, or none when the request cannot be read: nothing else may be thrown. */
function translated(kind: WebhookKind, request: WebhookRequest): readonly WebhookItem[] {
  try {
    return kind.translate(request, {}, noMail);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return [];
  }
}

describe.each(webhookKinds.map((kind) => [kind.name, kind] as const))('any request at all to %s', (_, kind) => {
  /** Whatever it tells can be stored, or says why not; answers how much that is. */
  function storable(request: WebhookRequest): number {
    const items = translated(kind, request);
    for (const item of items) {
      const told: Told = { item, kind: kind.name, request: 'r', receivedAt: now, generation: 0 };
      const check = () => webhookDialect.check(JSON.parse(JSON.stringify(told)), 0, context);
      // A part that could not be read is a dead letter, with its reason.
      if ('fault' in item) {
        expect(check).toThrow(Refusal);
        continue;
      }
      const checked = check();
      expect(checked.source).toMatch(/^[a-z_]+$/);
      expect(Number.isSafeInteger(checked.version)).toBe(true);
    }
    return items.length;
  }

  it('is translated or refused, and whatever it tells can be stored', () => {
    fc.assert(
      fc.property(anyRequest, (request) => void storable(request)),
      { numRuns: 200 },
    );
  });

  const spoilt = spoiltRequest(kind.name);
  it.runIf(spoilt)('that is nearly right tells what is left of it', () => {
    let items = 0;
    const property = fc.property(spoilt as fc.Arbitrary<WebhookRequest>, (request) => {
      items += storable(request);
    });
    fc.assert(property, { numRuns: 300 });
    expect(items).toBeGreaterThan(100);
  });

  it('says the same whenever it is translated again', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(translated(kind, request)).toEqual(translated(kind, request));
      }),
      { numRuns: 50 },
    );
  });

  it('proves nothing, and breaks nothing that would prove it', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, fc.string({ minLength: 1, maxLength: 60 }), async (request, secret) => {
        if (kind.proof === 'signature') expect(await kind.verify?.(request, secret, nothingOutside)).toBe(false);
        expect(() => kind.confirm?.(request)).not.toThrow();
        expect(() => kind.receipt?.(request)).not.toThrow();
        const id = kind.signatureId?.(request);
        expect(id === undefined || typeof id === 'string').toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

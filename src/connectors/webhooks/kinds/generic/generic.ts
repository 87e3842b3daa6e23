import { hash } from 'node:crypto';
import type { TouchpointInput } from '../../../../touchpoints/record.input.js';
import { fromOurSide } from '../../../email/our-side.js';
import type { OwnMail } from '../../../email/own-mail.js';
import { applyMapping, type Mapped } from '../../../mapping/apply-mapping.js';
import { headersRead } from '../../../mapping/headers-read.js';
import { formOf, jsonBodyOf } from '../../request-content.js';
import type { WebhookItem, WebhookKind, WebhookRequest } from '../../webhook-kind.js';
import { isGenericProof } from './generic-proof.js';
import { readGenericSettings, readVerification } from './generic-settings.js';

/** Whoever can call an address: its settings say how it proves itself, and how its payloads become touchpoints. */
export const genericKind: WebhookKind = {
  name: 'generic',
  title: 'Any system that sends JSON',
  proof: 'signature',
  secretFrom: 'us',
  // It brings mail where its mapping says so.
  wholeMail: () => null,
  headers: (settings) => headersRead(readGenericSettings(settings, 'settings').mapping),
  checkSettings(settings) {
    readGenericSettings(settings, 'input.settings');
  },
  verify(request, secret, { settings }) {
    return isGenericProof(request, secret, readVerification(settings));
  },
  translate(request, settings, { own }) {
    const { mapping, source } = readGenericSettings(settings, 'settings');
    const { headers, query } = request;
    const mapped = applyMapping(mapping, { payload: payloadOf(request), headers, query, source });
    const bodyId = hash('sha256', request.body, 'hex').slice(0, 32);
    return mapped.map((one, place) => itemOf(one, `${bodyId}-${place}`, own));
  },
};

/** Forms as an object of their fields, everything else as JSON. */
function payloadOf(request: WebhookRequest): unknown {
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(
    request.headers['content-type'] ?? '',
  );
  return isForm ? formOf(request) : jsonBodyOf(request);
}

/** What cannot be mapped is no reason to lose its neighbours: it is told as what is wrong with it. */
function itemOf(mapped: Mapped, id: string, own: OwnMail): WebhookItem {
  if ('touchpoint' in mapped) return named(fromOurSide(mapped.touchpoint, own), id);
  const [first] = mapped.refusals;
  if (!first) throw new Error('A touchpoint is refused for a reason.');
  const { reason, message, where } = first;
  return { externalId: id, identifiers: [], fault: { reason, message, field: where.field } };
}

function named({ sentAt: _, ...touchpoint }: TouchpointInput, id: string): WebhookItem {
  return { ...touchpoint, externalId: touchpoint.externalId ?? id };
}

import { limits } from '../../../../platform/limits.js';
import { Refusal } from '../../../../platform/refusal.js';
import { isObject, type JsonObject, textOf } from '../../../json-value.js';
import type { WebhookKind } from '../../webhook-kind.js';
import { sesItems } from './ses-events.js';
import { contentOf, isReceipt, sesReceipt } from './ses-receipt.js';
import { envelopeOf, isSignedBySns, snsUrl } from './sns.js';

const topicsMax = 20;

/** Amazon SES, as SNS topics tell of it: notifications, published events, and mails received. */
export const amazonSesKind: WebhookKind = {
  name: 'amazon_ses',
  title: 'Amazon SES through SNS',
  proof: 'signature',
  secretFrom: 'nobody',
  checkSettings(settings) {
    const topics = topicsOf(settings);
    const isRight = topics.length > 0 && topics.length <= topicsMax && topics.every((topic) => isTopic(topic));
    const isOnly = Object.keys(settings).every((name) => name === 'topicArn');
    if (isRight && isOnly) return;
    // Everybody can have SNS sign a message; that it is of our own topic makes it ours.
    throw new Refusal('INPUT_INVALID', `The setting topicArn names the SNS topic, or a list of up to ${topicsMax}.`, {
      field: 'input.settings.topicArn',
    });
  },
  async verify(request, _secret, { settings, fetchText }) {
    const envelope = envelopeOf(request);
    return envelope !== null && isSignedBySns(envelope, topicsOf(settings), request.receivedAt, fetchText);
  },
  signatureId: (request) => textOf(envelopeOf(request)?.['MessageId']),
  confirm(request) {
    const envelope = envelopeOf(request);
    if (envelope?.['Type'] !== 'SubscriptionConfirmation') return undefined;
    return snsUrl(envelope['SubscribeURL'], textOf(envelope['TopicArn']) ?? '')?.href;
  },
  wholeMail(request) {
    const envelope = envelopeOf(request);
    const event = envelope?.['Type'] === 'Notification' ? messageOf(envelope['Message']) : null;
    return event && contentOf(event);
  },
  translate(request, _settings, mail) {
    const envelope = envelopeOf(request);
    if (!envelope) throw new Refusal('BODY_MALFORMED', 'The body is no message of SNS.');
    // That the topic was subscribed to, or is no more, tells of nobody.
    if (envelope['Type'] !== 'Notification') return [];
    const event = messageOf(envelope['Message']);
    if (!event) return [];
    const snsId = textOf(envelope['MessageId']) ?? '';
    return isReceipt(event)
      ? sesReceipt(event, snsId, request.receivedAt, mail)
      : sesItems(event, snsId, textOf(envelope['TopicArn']) ?? '');
  },
};

function topicsOf({ topicArn }: JsonObject): string[] {
  const list = Array.isArray(topicArn) ? topicArn : [topicArn];
  return list.flatMap((one) => (typeof one === 'string' ? [one] : []));
}

function isTopic(arn: string): boolean {
  return (
    arn.length <= limits.identifierValueCharactersMax &&
    /^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:\d+:[\w-]+(\.fifo)?$/.test(arn)
  );
}

/** A topic also says in plain words that it works. */
function messageOf(message: unknown): JsonObject | null {
  if (typeof message !== 'string') return null;
  try {
    const value: unknown = JSON.parse(message);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

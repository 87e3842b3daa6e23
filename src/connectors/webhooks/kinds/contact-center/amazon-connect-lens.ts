import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { contactNames, idOfArn, source } from './amazon-connect-contact.js';

/** What Contact Lens found in a contact. It names nobody, and its place is before the record, which it only adds to. */
function foundIn(contact: unknown): TouchpointDraft {
  return {
    source,
    id: [contact],
    identifiers: contactNames(contact),
    channel: 'CALL',
    kind: 'call.completed',
    place: 0,
  };
}

/** The file of an analysis. Its sentiment is from -5 to 5. */
export function analysisOf(analysis: JsonObject): WebhookItem[] {
  const characteristics = objectOf(analysis['ConversationCharacteristics']);
  const contact = objectOf(analysis['CustomerMetadata'])['ContactId'];
  const isChat = textOf(analysis['Channel'])?.toUpperCase() === 'CHAT';
  const categories = listOf(objectOf(analysis['Categories'])['MatchedCategories']).map(textOf).filter(Boolean);
  const score = customerScore(analysis, objectOf(characteristics['Sentiment']));
  const summary = objectOf(objectOf(characteristics['ContactSummary'])['PostContactSummary'])['Content'];
  return touchpointOf(
    {
      ...foundIn(contact),
      channel: isChat ? 'CHAT' : 'CALL',
      kind: isChat ? 'chat.completed' : 'call.completed',
      sentiment: score === undefined ? undefined : score / 5,
      summary,
      topic: categories[0],
      language: analysis['LanguageCode'],
      attributes: presentOf({
        categories: categories.length > 0 ? categories : undefined,
        interruptions: objectOf(characteristics['Interruptions'])['TotalCount'],
        silenceMs: objectOf(characteristics['NonTalkTime'])['TotalTimeMillis'],
      }),
    },
    analysis,
  );
}

/** By role for calls, by the participant's id for chats. */
function customerScore(analysis: JsonObject, sentiment: JsonObject): number | undefined {
  const overall = objectOf(sentiment['OverallSentiment']);
  const customer = listOf(analysis['Participants'])
    .map(objectOf)
    .find((one) => one['ParticipantRole'] === 'CUSTOMER');
  const byRole = objectOf(overall['DetailsByParticipantRole'])['CUSTOMER'];
  const score = overall['CUSTOMER'] ?? byRole ?? overall[textOf(customer?.['ParticipantId']) ?? ''];
  return typeof score === 'number' ? score : undefined;
}

/** A rule of Contact Lens matched. */
export function ruleOf(detail: JsonObject, envelope: JsonObject): WebhookItem[] {
  const contact = idOfArn(detail['contactArn']) ?? textOf(detail['contactId']);
  if (contact === undefined) return [];
  const rule = textOf(detail['ruleName']) ?? 'unknown';
  return touchpointOf(
    {
      ...foundIn(contact),
      place: 1,
      attributes: { [`rule ${rule}`]: textOf(detail['actionName']) ?? envelope['time'] },
    },
    detail,
  );
}

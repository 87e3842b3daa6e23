import { answerMeta, checkMetaSettings, entriesOf, verifyMeta } from '../../meta-request.js';
import type { WebhookKind } from '../../webhook-kind.js';
import { changeOf } from './meta-changes.js';
import { eventOf } from './meta-events.js';
import type { MetaPlace } from './meta-people.js';

export const messenger: WebhookKind = metaMessaging('messenger', 'facebook', 'Facebook Messenger and pages');
export const instagram: WebhookKind = metaMessaging('instagram', 'instagram', 'Instagram messages and comments');

/** Both come in one form; only what their users are called differs. */
function metaMessaging(source: string, userType: string, title: string): WebhookKind {
  return {
    name: source,
    title,
    proof: 'signature',
    verify: verifyMeta,
    answer: answerMeta,
    checkSettings: checkMetaSettings,
    translate: (request) =>
      entriesOf(request).flatMap(({ id, time, messaging, changes }) => {
        const place: MetaPlace = { source, userType, account: id, time };
        return [
          ...messaging.flatMap((event) => eventOf(place, event)),
          ...changes.flatMap(({ field, value }) => changeOf(place, field, value)),
        ];
      }),
  };
}

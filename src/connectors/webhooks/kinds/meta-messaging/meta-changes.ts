import { isObject, type JsonObject, objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, timeOf } from '../../event-time.js';
import { type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { eventOf } from './meta-events.js';
import { type MetaPlace, namesOf } from './meta-people.js';

type Happening = Pick<TouchpointDraft, 'id' | 'kind'> & Partial<TouchpointDraft>;

/** What somebody did in public: a comment, a post, a rating. What the account itself did there is with nobody. */
export function changeOf(where: MetaPlace, field: string, value: JsonObject): WebhookItem[] {
  // Messages come this way from the dashboard’s test button and from Instagram’s own log-in.
  if (isObject(value['sender']) && isObject(value['recipient'])) return eventOf(messageTo(where, value), value);
  const from = objectOf(value['from'] ?? value['sender']);
  const author = textOf(from['id']) ?? textOf(value['reviewer_id']) ?? textOf(value['user_id']);
  if (author === undefined || author === where.account) return [];
  return touchpointOf(
    {
      source: where.source,
      identifiers: namesOf(where, author),
      channel: 'SOCIAL',
      direction: 'INBOUND',
      status: 'COMPLETED',
      occurredAt: timeOf(value['created_time']) ?? timeOf(value['timestamp']) ?? timeOf(where.time),
      traits: {
        name: textOf(from['name']) ?? textOf(value['reviewer_name']),
        [`${where.userType}_username`]: textOf(from['username']),
      },
      ...happeningOf(where, field, value, author),
    },
    value,
  );
}

/** The test button’s account is not the one that the entry names. */
function messageTo(where: MetaPlace, value: JsonObject): MetaPlace {
  const ids = [value['sender'], value['recipient']].map((party) => textOf(objectOf(party)['id']));
  return ids.includes(where.account) ? where : { ...where, account: undefined };
}

function happeningOf(where: MetaPlace, field: string, value: JsonObject, author: string): Happening {
  const item = field === 'comments' || field === 'live_comments' ? 'comment' : textOf(value['item']);
  const thread = value['post_id'] ?? objectOf(value['media'])['id'];
  if (field === 'ratings' || item === 'rating') {
    const outcome = value['rating'] ?? value['recommendation_type'];
    return { id: ['rating', where.account, author], kind: 'review.received', summary: value['review_text'], outcome };
  }
  const verb = textOf(value['verb']) ?? 'add';
  const stage = verbs.get(verb);
  if (item === undefined || stage === undefined) {
    return {
      id: [field, where.account, where.time, author],
      channel: 'OTHER',
      kind: `${where.source}.${field}`,
      attributes: { [where.source]: value },
    };
  }
  const isComment = item === 'comment';
  const kind = isComment ? 'comment' : item === 'reaction' || item === 'like' ? 'reaction' : 'post';
  const subjectId = isComment ? (value['comment_id'] ?? value['id']) : (value['post_id'] ?? value['id']);
  return {
    id: kind === 'reaction' ? ['reaction', value['comment_id'] ?? subjectId, author] : [subjectId],
    kind: kind === 'reaction' && stage.word === 'received' ? 'reaction.added' : `${kind}.${stage.word}`,
    place: placeAt(timeOf(where.time), stage.rank),
    summary: stage.word === 'removed' ? '' : (value['message'] ?? value['text'] ?? value['reaction_type']),
    attributes: presentOf({
      post: textOf(value['post_id']),
      media: textOf(objectOf(value['media'])['id']),
      replyTo: textOf(value['parent_id']),
      permalink: textOf(objectOf(value['post'])['permalink_url']),
    }),
    conversation: thread,
  };
}

const verbs: ReadonlyMap<string, { readonly word: string; readonly rank: number }> = new Map([
  ['add', { word: 'received', rank: 0 }],
  ['edit', { word: 'received', rank: 1 }],
  ['edited', { word: 'received', rank: 1 }],
  ['unhide', { word: 'received', rank: 2 }],
  ['hide', { word: 'hidden', rank: 2 }],
  ['remove', { word: 'removed', rank: 3 }],
]);

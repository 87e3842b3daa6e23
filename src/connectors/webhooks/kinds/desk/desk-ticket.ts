import type { Channel } from '../../../../touchpoints/vocabulary.js';
import { presentOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { type NamedBy, readable, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { DeskFields } from './desk-fields.js';

/** What a rule of a desk sends about a ticket, in the form that its administrator gave it. */
export function ticketOf(source: string, body: unknown): WebhookItem[] {
  const fields = new DeskFields(body);
  const ticket = fields.text('ticketid', 'id', 'ticketnumber', 'ticketdisplayid', 'conversationticketid');
  const requester = requesterOf(source, fields);
  const happening = happeningOf(fields, requester);
  const group = fields.text('ticketgroupname', 'groupname', 'ticketgroup', 'group', 'ticketgroupid');
  const agent = fields.text(
    'ticketassigneeid',
    'assigneeid',
    'ticketassigneeemail',
    'assigneeemail',
    'ticketagentemail',
  );
  return touchpointOf(
    {
      source,
      isRepeatable: true,
      id: [],
      identifiers: requester.identifiers,
      channel: channelOf(fields.text('ticketvia', 'ticketviachannel', 'viachannel', 'via', 'ticketsource', 'channel')),
      status: 'COMPLETED',
      subject: fields.text('tickettitle', 'ticketsubject', 'title', 'subject'),
      topic: fields.text('topic', 'category', 'ticketticketcategory'),
      language: fields.text('ticketrequesterlanguage', 'requesterlanguage', 'ticketrequesterlocale', 'language'),
      agentId: agent ?? fields.text('ticketassigneename', 'assigneename', 'ticketagentname', 'ticketresponderid'),
      queue: group,
      outcome: statusOf(fields.text('ticketstatus', 'status')),
      traits: requester.traits,
      attributes: presentOf({
        priority: fields.text('ticketpriority', 'priority', 'ticketurgency'),
        type: fields.text('tickettickettype', 'tickettype'),
        tags: fields.text('tickettags', 'tags'),
        url: fields.text('ticketurl', 'ticketlink', 'url'),
        trigger: fields.text('triggeredevent'),
        // Of an event that is not known here, all that was sent.
        [source]: happening.kind === 'ticket.updated' && !/^$|updat|chang/.test(eventOf(fields)) ? body : undefined,
      }),
      conversation: ticket,
      issue: ticket,
      ...happening,
    },
    body,
  );
}

/** Freshdesk's numbers for the states of a ticket. */
const statuses: ReadonlyMap<string, string> = new Map([
  ['2', 'open'],
  ['3', 'pending'],
  ['4', 'resolved'],
  ['5', 'closed'],
]);

function statusOf(status: string | undefined): string | undefined {
  return status === undefined ? undefined : (statuses.get(status) ?? status);
}

interface Requester {
  readonly identifiers: NamedBy[];
  readonly name: string | undefined;
  readonly email: string | undefined;
  readonly id: string | undefined;
  readonly traits: Readonly<Record<string, unknown>>;
}

function requesterOf(source: string, fields: DeskFields): Requester {
  const of = (...names: readonly string[]) =>
    fields.text(
      ...names.flatMap((name) =>
        ['ticketrequester', 'requester', 'customer', 'ticketcontact', 'contact'].map((whose) => whose + name),
      ),
    );
  const id = of('id') ?? fields.text('conversationuserid');
  const email = of('email') ?? fields.text('email', 'useremail', 'fromemail');
  const phone = of('phone', 'mobile') ?? fields.text('phone');
  const name =
    of('name', 'fullname') ?? (of('firstname') && [of('firstname'), of('lastname')].filter(Boolean).join(' '));
  const company = fields.text('ticketcompanyname', 'companyname', 'ticketorganizationname', 'organizationname');
  return {
    id,
    email,
    name,
    identifiers: [
      ['user_id', of('externalid', 'uniqueexternalid')],
      ['email', email],
      ['phone', phone],
      ['anonymous_id', id === undefined ? undefined : `${source}:${id}`],
    ],
    traits: { name, email, phone, company },
  };
}

const eventOf = (fields: DeskFields): string =>
  (fields.text('triggeredevent', 'event', 'eventtype', 'eventname', 'trigger', 'action') ?? '').toLowerCase();

type Happening = Pick<TouchpointDraft, 'kind'> & Partial<TouchpointDraft>;

function happeningOf(fields: DeskFields, requester: Requester): Happening {
  const event = eventOf(fields);
  const description = fields.text('ticketdescription', 'ticketdescriptiontext', 'description', 'descriptiontext');
  const comment = commentOf(fields);
  const updatedAt = fields.text('timestamp', 'ticketupdatedatwithtimestamp', 'ticketupdatedat', 'updatedat', 'time');
  const createdAt = fields.text('ticketcreatedatwithtimestamp', 'ticketcreatedat', 'createdat');
  const told = { direction: 'INTERNAL', occurredAt: timeOf(updatedAt) ?? timeOf(createdAt) } as const;
  if (/satisf|survey|feedback|csat|rating/.test(event)) {
    const outcome = fields.text(
      'satisfactionrating',
      'ticketsatisfactioncurrentrating',
      'rating',
      'ticketsurveyresult',
    );
    return { ...told, kind: 'survey.answered', direction: 'INBOUND', outcome, summary: comment?.text };
  }
  if (/repl|comment|note|conversation/.test(event) || (comment !== undefined && event === '')) {
    return { ...told, ...messageOf(event, fields, comment, requester) };
  }
  if (/creat|new/.test(event) || (event === '' && description !== undefined)) {
    return {
      ...told,
      kind: 'ticket.created',
      direction: 'INBOUND',
      summary: readable(description),
      occurredAt: timeOf(createdAt) ?? told.occurredAt,
    };
  }
  if (/status|solved|resolved|closed|open/.test(event)) return { ...told, kind: 'ticket.status_changed' };
  if (/assign|agent|responder|group/.test(event)) return { ...told, kind: 'ticket.assigned' };
  if (/delet/.test(event)) return { ...told, kind: 'ticket.deleted' };
  return { ...told, kind: 'ticket.updated', summary: comment?.text };
}

interface Comment {
  readonly id: string | undefined;
  readonly text: string | undefined;
  readonly isPublic: boolean;
}

function commentOf(fields: DeskFields): Comment | undefined {
  const shown = fields.text(
    'ticketlatestpubliccomment',
    'latestpubliccomment',
    'ticketlatestcomment',
    'latestcomment',
    'ticketcommentbody',
    'commentbody',
    'comment',
    'commenttext',
    'conversationbodytext',
    'conversationbody',
    'replybodytext',
    'replybody',
    'notebodytext',
    'notebody',
    'reply',
    'message',
  );
  const hidden = fields.text('ticketlatestprivatecomment', 'latestprivatecomment', 'privatenote');
  const text = readable(shown ?? hidden);
  const id = fields.text(
    'ticketlatestcommentid',
    'latestcommentid',
    'commentid',
    'conversationid',
    'replyid',
    'noteid',
  );
  if (text === undefined && id === undefined) return undefined;
  const isPrivate = fields.flag('conversationprivate', 'private', 'isprivate');
  const isPublic = fields.flag('ticketlatestcommentispublic', 'commentispublic', 'ispublic', 'commentpublic', 'public');
  return { id, text, isPublic: isPublic ?? (isPrivate === undefined ? shown !== undefined : !isPrivate) };
}

function messageOf(event: string, fields: DeskFields, comment: Comment | undefined, requester: Requester): Happening {
  const isNote = /private|internal/.test(event) || comment?.isPublic === false;
  const isTheirs = isByRequester(fields, comment, requester);
  const summary = isNote ? (readable(fields.text('ticketlatestprivatecomment')) ?? comment?.text) : comment?.text;
  const at = timeOf(
    fields.text('ticketlatestcommentcreatedatwithtimestamp', 'commentcreatedat', 'conversationcreatedat'),
  );
  return {
    kind: isNote ? 'note.added' : isTheirs ? 'message.received' : 'message.sent',
    direction: isNote ? 'INTERNAL' : isTheirs ? 'INBOUND' : 'OUTBOUND',
    summary,
    ...(comment?.id === undefined ? {} : { id: ['comment', comment.id] }),
    ...(at === undefined ? {} : { occurredAt: at }),
  };
}

/** Who wrote it, by whatever the desk says of that. */
function isByRequester(fields: DeskFields, comment: Comment | undefined, requester: Requester): boolean {
  const incoming = fields.flag('conversationincoming', 'incoming', 'isincoming');
  if (incoming !== undefined) return incoming;
  const isStaff = fields.flag('commentauthorisstaff', 'authorisstaff', 'isstaff');
  if (isStaff !== undefined) return !isStaff;
  const role = fields
    .text('ticketlatestcommentauthorrole', 'commentauthorrole', 'authorrole', 'currentuserrole')
    ?.toLowerCase();
  if (role !== undefined) return /end|customer|requester|contact/.test(role);
  const author = (...names: readonly string[]) =>
    fields.text(
      ...names.flatMap((name) => [
        `ticketlatestcommentauthor${name}`,
        `commentauthor${name}`,
        `author${name}`,
        `currentuser${name}`,
      ]),
    );
  const pairs = [
    [author('email'), requester.email],
    [author('id'), requester.id],
    [author('name', ''), requester.name],
    // Freshdesk writes the author before the words.
    [/^([^:\n]{1,100}?) ?: /.exec(comment?.text ?? '')?.[1], requester.name],
  ].filter(([one, other]) => one !== undefined && other !== undefined);
  const [pair] = pairs;
  return pair !== undefined && pair[0]?.toLowerCase() === pair[1]?.toLowerCase();
}

const channels: readonly (readonly [RegExp, Channel])[] = [
  [/^(api|web_service|rule|system|closed ?ticket|import|macro|batch)/, 'OTHER'],
  [
    /facebook|twitter|\bx_|instagram|whatsapp|telegram|wechat|viber|tiktok|youtube|apple|\bline\b|any_?channel|social|^(5|6|13)$/,
    'SOCIAL',
  ],
  [/mail|^(1|10)$/, 'EMAIL'],
  [/phone|voice|call|^3$/, 'CALL'],
  [/sms|text/, 'SMS'],
  [/chat|messag|^7$/, 'CHAT'],
  [/mobile|sdk|^8$/, 'APP'],
  [/web|portal|widget|help_?center|form|^(2|9)$/, 'WEB'],
];

/** The channel by the word, or Freshdesk's number, that a desk has for it. */
export function channelOf(via: string | undefined): Channel {
  const word = via?.trim().toLowerCase();
  return (word && channels.find(([pattern]) => pattern.test(word))?.[1]) || 'OTHER';
}

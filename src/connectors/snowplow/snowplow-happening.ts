import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import type { Channel } from '../../touchpoints/vocabulary.js';
import { type JsonObject, objectOf, presentOf, textOf } from '../json-value.js';
import { jsonOfEither, selfDescribing } from './snowplow-json.js';

/** What an event tells that happened, and what its type alone knows of it. */
export interface Happening extends Pick<TouchpointInput, 'channel' | 'kind' | 'subject'> {
  readonly attributes: JsonObject;
}

/** @throws Refusal when the type is unknown, or what it needs is not there */
export function happeningOf(event: JsonObject): Happening {
  const type = textOf(event['e']);
  if (type === 'pv') return { channel: 'WEB', kind: 'page.viewed', subject: textOf(event['page']), attributes: {} };
  if (type === 'pp') return { channel: 'WEB', kind: 'page.pinged', subject: textOf(event['page']), attributes: {} };
  if (type === 'ue') return ownEvent(event);
  const channel = channelOf(event);
  if (type === 'se') return { channel, ...structured(event) };
  if (type === 'tr') return { channel, kind: 'transaction', attributes: present({ transaction: transaction(event) }) };
  if (type === 'ti') return { channel, kind: 'transaction.item', attributes: present({ item: item(event) }) };
  throw new Refusal('INPUT_INVALID', 'An event’s type is one of pv, pp, ue, se, tr, ti.', { field: 'e' });
}

/** An event of the sender's own schema, whose name is what happened. */
function ownEvent(event: JsonObject): Happening {
  const sent = jsonOfEither(event, 'ue_pr', 'ue_px');
  if (!sent) throw new Refusal('TOO_FEW', 'A self-describing event has its data.', { field: 'ue_px', limit: 1 });
  const { schema, name, data } = selfDescribing(selfDescribing(sent.value, sent.field).data, sent.field);
  if (name === 'screen_view') {
    const screen = textOf(objectOf(data)['name']);
    return { channel: 'APP', kind: 'screen.viewed', subject: screen, attributes: { schema, data } };
  }
  return { channel: channelOf(event), kind: name, attributes: { schema, data } };
}

function structured(event: JsonObject): Omit<Happening, 'channel'> {
  const action = textOf(event['se_ac']);
  if (action === undefined) {
    throw new Refusal('TOO_FEW', 'A structured event has its action.', { field: 'se_ac', limit: 1 });
  }
  const attributes = {
    category: textOf(event['se_ca']),
    label: textOf(event['se_la']),
    property: textOf(event['se_pr']),
    value: numberOf(event['se_va']),
  };
  return { kind: action, attributes: present(attributes) };
}

const transaction = (event: JsonObject) =>
  presentOf({
    id: textOf(event['tr_id']),
    total: numberOf(event['tr_tt']),
    currency: textOf(event['tr_cu']),
    tax: numberOf(event['tr_tx']),
    shipping: numberOf(event['tr_sh']),
    affiliation: textOf(event['tr_af']),
  });

const item = (event: JsonObject) =>
  presentOf({
    transactionId: textOf(event['ti_id']),
    sku: textOf(event['ti_sk']),
    name: textOf(event['ti_nm']),
    category: textOf(event['ti_ca']),
    price: numberOf(event['ti_pr']),
    quantity: numberOf(event['ti_qu']),
    currency: textOf(event['ti_cu']),
  });

const present = (fields: JsonObject): JsonObject => presentOf(fields) ?? {};

/** Where it took place: trackers name their platform. */
function channelOf(event: JsonObject): Channel {
  const platform = textOf(event['p']);
  if (platform === 'mob' || platform === 'app') return 'APP';
  return platform === 'web' || textOf(event['url']) !== undefined ? 'WEB' : 'OTHER';
}

/** Trackers send numbers as text. */
function numberOf(value: unknown): number | undefined {
  const text = textOf(value);
  const number = Number(text);
  return text === undefined || !Number.isFinite(number) ? undefined : number;
}

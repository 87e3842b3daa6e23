import type { TouchpointInput } from '../src/touchpoints/record.input.js';
import type { Ago } from './sample-clock.js';
import type { Dialogue, Row, SampleFiles } from './sample-files.js';
import { call, chat, emailEvents, sms, traitsOf, twilioMessage } from './sample-touchpoints.js';
import { identify, page, screen, track, type Visit } from './sample-visits.js';

/** What arrives together, and before what arrives later. */
export interface Wave {
  readonly visits: readonly Visit[];
  readonly touchpoints: readonly TouchpointInput[];
}

export const callerConversation = 9489;
/** The call table’s row of the call that nobody answered. */
export const unansweredCall = 0;
const answeredCall = 8;

const topic = 'refund_status';

/** The refund that does not come, and the label of its parcel: the caller’s two issues that touchpoints tell of. */
export const issues = {
  refund: { source: 'helpdesk', externalId: 'REFUND-7916676427' },
  label: { source: 'helpdesk', externalId: 'LABEL-7916676427' },
} as const;

/**
 * The three weeks of the customer who will call. At first there are three records of him: a visitor of the web shop, a
 * visitor of the app, and a telephone number; then he says on the web and in the app who he is, and a chat names
 * his number too.
 */
export function callerStory(files: SampleFiles, ago: Ago): Wave[] {
  const dialogue = files.dialogues.find((one) => one.convo_id === callerConversation) as Dialogue;
  const { personal, order, product } = dialogue.scenario;
  const [email, userId, orderId] = [personal.email ?? '', personal.username ?? '', order.order_id ?? ''];
  const said = (words: string) => dialogue.original.find(([, text]) => text.includes(words))?.[1] ?? '';
  const row = (rows: readonly Row[], place: number) => rows[place] as Row;

  const phone = [{ type: 'phone', value: personal.phone }];
  const number = '+17277607806';
  const whatsapp = [...phone, { type: 'whatsapp', value: `whatsapp:${number}` }];
  const mail = [{ type: 'email', value: email }];
  const [browser, handset] = [{ anonymousId: 'web-5c1f0e9a' }, { anonymousId: 'app-b7d23c44' }];
  const shirt = product.names[0] ?? '';

  const unknown: Wave = {
    visits: [
      page(browser, ago(20, 2, 10), '/shirts', 'Shirts'),
      page(browser, ago(20, 2, 4), '/shirts/michael-kors', shirt),
      page(browser, ago(20, 2, 1), '/cart', 'Your cart'),
      screen(handset, ago(17, 1), 'Welcome', 'ios-41E2'),
    ],
    touchpoints: [
      sms(row(files.messages, 0), phone, ago(18), { summary: `Order ${orderId} is on its way.`, topic: 'shipping' }),
      call(row(files.calls, answeredCall), phone, ago(11), {
        subject: 'Return label did not arrive',
        topic: 'return_label',
        durationSeconds: 212,
        handleSeconds: 260,
        agentId: 'agent-04',
        queue: 'returns',
        issue: issues.label,
      }),
    ],
  };

  const known: Wave = {
    visits: [
      identify({ userId, ...browser }, ago(20, 1, 58), { ...traitsOf(dialogue), email }),
      track({ userId, ...browser }, ago(20, 1, 57), 'Order Completed', {
        order_id: orderId,
        products: [{ name: shirt, price: product.amounts[0] }],
        total: product.amounts[0],
        currency: 'USD',
      }),
      identify({ userId, ...handset }, ago(17, 0, 58), { email }),
      screen({ userId, ...handset }, ago(17, 0, 57), `Order ${orderId}`, 'ios-41E2'),
      page({ userId, ...browser }, ago(14, 5), '/returns', 'Return an item'),
      track({ userId, ...browser }, ago(14, 4, 55), 'Return Requested', { order_id: orderId }),
      page({ userId, ...browser }, ago(0, 0, 25), '/help/refunds', 'When will my refund arrive?'),
      screen({ userId, ...handset }, ago(0, 0, 10), `Order ${orderId}`, 'ios-41E2'),
    ],
    touchpoints: [
      ...emailEvents(files, email, '883953f4-6105-42a2-a16a-77a8eac79483', `Order ${orderId} is confirmed`, ago(20)),
      ...emailEvents(files, email, 'b1c40c0a-8f0e-4b7e-9d53-5f2f1f3d7a10', 'Your return label', ago(11, -1)),
      ...chat(dialogue, ago(6), { subject: `Refund of order ${orderId}`, issue: issues.refund }),
      {
        source: 'mail',
        externalId: '<20191209.refund@email.com>',
        identifiers: mail,
        channel: 'EMAIL',
        kind: 'email.received',
        occurredAt: ago(4),
        subject: `Refund of order ${orderId}`,
        summary: said('check on the status'),
        topic,
        sentiment: -0.2,
        attributes: { headers: { ...files.email.headers, From: email, To: 'care@shop.example.com' } },
        issue: issues.refund,
      },
      twilioMessage(
        files,
        { id: 'SM0001', from: `whatsapp:${number}`, body: said('how much long'), at: ago(2, 1) },
        { channel: 'SOCIAL', identifiers: whatsapp, topic, conversation: { externalId: 'whatsapp-1' } },
      ),
      twilioMessage(
        files,
        { id: 'SM0002', from: 'whatsapp:+15555555555', body: said('less than a week'), at: ago(2, 0, 40) },
        {
          channel: 'SOCIAL',
          direction: 'OUTBOUND',
          identifiers: whatsapp,
          topic,
          agentId: 'agent-09',
          conversation: { externalId: 'whatsapp-1' },
        },
      ),
      call(row(files.calls, unansweredCall), phone, ago(1), {
        subject: 'Refund: nobody answered',
        topic,
        queue: 'refunds',
        waitSeconds: 2_400,
        durationSeconds: 2_400,
        sentiment: -0.8,
      }),
      twilioMessage(
        files,
        { id: 'SM0003', from: number, body: said('let me know'), at: ago(0, 23) },
        { channel: 'SMS', identifiers: phone, topic },
      ),
      sms(row(files.messages, 1), phone, ago(0, 20), {
        summary: 'We are sorry that you had to wait. We will call you back today.',
        topic,
      }),
    ],
  };
  return [unknown, known];
}

/** What the telephone tells of the caller. */
export function callerNumber(files: SampleFiles): string {
  return files.dialogues.find((one) => one.convo_id === callerConversation)?.scenario.personal.phone ?? '';
}

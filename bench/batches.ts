import { createHash } from 'node:crypto';
import type pg from 'pg';
import { random } from './measure.js';

/** An identifier as a client sends it. */
interface SentIdentifier {
  readonly type: string;
  readonly value: string;
}

/** One touchpoint of the mix, in the words of `TouchpointInput`. */
export interface SentTouchpoint {
  readonly source: string;
  readonly externalId: string;
  readonly identifiers: readonly SentIdentifier[];
  readonly channel: string;
  readonly kind: string;
  readonly direction: string;
  readonly occurredAt: string;
  readonly endedAt?: string;
  readonly durationSeconds?: number;
  readonly waitSeconds?: number;
  readonly agentId?: string;
  readonly queue?: string;
  readonly topic: string;
  readonly subject: string;
  readonly attributes: Record<string, unknown>;
  readonly conversation?: { readonly externalId: string };
}

interface KnownCustomer {
  readonly identifiers: SentIdentifier[];
}

/** Shares of the mix; the rest is a known customer by identifiers that are known. */
const share = { newCustomer: 0.05, merge: 0.005, newIdentifier: 0.02, redelivery: 0.1, secondIdentifier: 0.6 };
/** A redelivery repeats a touchpoint that is at least so many touchpoints old. */
const redeliveredAfter = 6_000;
const redeliveredWithin = 20_000;

const channels = ['CALL', 'CHAT', 'EMAIL', 'WEB', 'SMS', 'APP'];
const kinds = ['call.completed', 'chat.message', 'email.received', 'page.viewed', 'sms.received', 'screen.viewed'];
const topics = ['billing', 'delivery', 'returns', 'technical', 'account', 'cancellation', 'pricing', 'warranty'];

/** Makes touchpoints as a contact centre sends them; the same seed makes the same ones. */
export class TouchpointMix {
  readonly #next: () => number;
  readonly #sent: SentTouchpoint[] = [];
  #made = 0;
  /** Distinct touchpoints made so far. */
  distinct = 0;

  constructor(
    private readonly customers: KnownCustomer[],
    private readonly run: string,
    seed: number,
  ) {
    this.#next = random(seed);
  }

  /** Starts from the customers of a workspace. */
  static async of(db: pg.Client, workspace: number, run: string, seed: number): Promise<TouchpointMix> {
    const { rows } = await db.query(
      `select json_agg(json_build_object('type', i.type, 'value', i.value) order by i.type desc) as identifiers
       from identifier i
       where i.workspace_id = $1
       group by i.profile_id
       having count(*) filter (where i.type in ('phone', 'email')) > 0
       order by hashint8extended(i.profile_id, 9)
       limit 60000`,
      [workspace],
    );
    return new TouchpointMix(rows, run, seed);
  }

  /** Ids of all that was made. */
  externalIds(): string[] {
    return this.#sent.map(({ externalId }) => externalId);
  }

  batch(size: number): SentTouchpoint[] {
    return Array.from({ length: size }, () => this.one());
  }

  private one(): SentTouchpoint {
    const old = this.#sent.length - redeliveredAfter;
    if (old > 0 && this.#next() < share.redelivery) {
      const back = redeliveredAfter + Math.floor(this.#next() * Math.min(old, redeliveredWithin - redeliveredAfter));
      return this.#sent[this.#sent.length - 1 - back] as SentTouchpoint;
    }
    const made = this.touchpoint(this.identifiers());
    this.#sent.push(made);
    this.distinct++;
    return made;
  }

  private identifiers(): SentIdentifier[] {
    const dice = this.#next();
    const isSecond = this.#next() < share.secondIdentifier;
    if (dice < share.newCustomer) {
      const customer = { identifiers: [this.newPhone(), ...(isSecond ? [this.newEmail()] : [])] };
      this.customers.push(customer);
      return [...customer.identifiers];
    }
    const customer = this.known();
    if (dice < share.newCustomer + share.merge) {
      const named = (one: KnownCustomer) => one.identifiers.find(({ type }) => type === 'phone' || type === 'email');
      return [named(customer), named(this.known())].filter((one) => one !== undefined);
    }
    if (dice < share.newCustomer + share.merge + share.newIdentifier) {
      const added = { type: 'device_id', value: this.token('device') };
      const first = customer.identifiers[0] as SentIdentifier;
      if (customer.identifiers.length < 4) customer.identifiers.push(added);
      return [first, added];
    }
    return customer.identifiers.slice(0, isSecond ? 2 : 1);
  }

  /** Half of all contacts come from a tenth of the customers. */
  private known(): KnownCustomer {
    const among = this.#next() < 0.5 ? this.customers.length / 10 : this.customers.length;
    return this.customers[Math.floor(this.#next() * among)] as KnownCustomer;
  }

  private newPhone(): SentIdentifier {
    const digits = Number.parseInt(this.token('phone').slice(0, 12), 16) % 7_900_000;
    const area = [202, 206, 214, 216, 303, 310, 314, 347, 408, 425, 469, 480, 510, 513, 520, 551][this.#made % 16];
    return { type: 'phone', value: `+1${area}${2_000_000 + digits}` };
  }

  private newEmail(): SentIdentifier {
    return { type: 'email', value: `${this.token('email').slice(0, 16)}@example.net` };
  }

  private token(what: string): string {
    return createHash('md5')
      .update(`${this.run} ${what} ${this.#made++}`)
      .digest('hex');
  }

  private touchpoint(identifiers: SentIdentifier[]): SentTouchpoint {
    const id = this.token('touchpoint');
    const n = Number.parseInt(id.slice(0, 8), 16);
    const channel = n % channels.length;
    const isSpoken = channel < 2;
    const started = Date.now() - Math.floor(this.#next() ** 3 * 30 * 86_400_000) - 3_600_000;
    const seconds = 20 + (n % 900);
    const topic = topics[n % 8] as string;
    return {
      source: 'bench-centre',
      externalId: `CA${id}`,
      identifiers,
      channel: channels[channel] as string,
      kind: kinds[channel] as string,
      direction: n % 5 === 0 ? 'OUTBOUND' : 'INBOUND',
      occurredAt: new Date(started).toISOString(),
      ...(isSpoken
        ? {
            endedAt: new Date(started + seconds * 1000).toISOString(),
            durationSeconds: seconds,
            waitSeconds: n % 120,
            agentId: `agent-${n % 200}`,
            queue: 'support',
          }
        : {}),
      topic,
      subject: `Question about ${topic} for order ${n % 1_000_000}`,
      attributes: {
        device: n % 2 ? 'mobile' : 'desktop',
        campaign: `spring-${n % 64}`,
        orderId: `O-${n % 1_000_000}`,
        value: n % 8_192,
        page: `https://shop.example/${topic}/${n % 1_024}`,
        reference: id,
        note: `The customer asked about ${topic}`,
      },
      ...(channel === 1 || channel === 2 ? { conversation: { externalId: `thread-${id.slice(0, 12)}` } } : {}),
    };
  }
}

const mutation = `mutation Record($input: RecordTouchpointsInput!) {
  recordTouchpoints(input: $input) { results { index outcome touchpointId customerId error { code message field } } }
}`;

/** The body of one GraphQL request. */
export function graphqlBody(touchpoints: readonly SentTouchpoint[]): string {
  return JSON.stringify({ query: mutation, variables: { input: { touchpoints } } });
}

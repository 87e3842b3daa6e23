import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Composer } from '../platform/composer.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { databaseRefusal } from '../platform/database-errors.js';
import { type FeedPlace, readFeedCursor } from '../platform/feed-cursor.js';
import { FeedWakes } from '../platform/feed-wakes.js';
import { formatErrors, refusalIn, requestRefusal } from '../platform/graphql-errors.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Log } from '../platform/log.js';
import { Metrics } from '../platform/metrics.js';
import { Refusal } from '../platform/refusal.js';
import { type Change, type ChangeKind } from './change.js';
import { profileOf } from './change.queries.js';
import { ChangeReader } from './change-reader.service.js';
import { everything, FeedTail } from './feed-tail.js';
import { Follower, nothingToFollow, type Subject } from './follower.js';
import { endBy, type LiveClient } from './live-client.js';
import { type Asked, type LiveOperation, LiveOperations, LiveRefusal } from './live-operation.js';
import { LiveRights } from './live-rights.service.js';

/** Rights are looked at with everything that is sent, and this often where nothing is. */
const idleProofMs = 10_000;
const unavailableMs = 1_000;

/** Subscriptions, whatever they travel by: begins them, and proves the rights of who follows for as long as it does. */
@Injectable()
export class Live implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #tails = new Map<number, Promise<FeedTail>>();
  readonly #followers = new Map<Follower, { client: LiveClient; workspace: number; slot: symbol }>();
  #operations: LiveOperations | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #sent;
  readonly #lag;
  readonly #followed;
  readonly #format;

  constructor(
    private readonly database: Database,
    private readonly wakes: FeedWakes,
    private readonly rights: LiveRights,
    private readonly reader: ChangeReader,
    private readonly composer: Composer,
    private readonly log: Log,
    metrics: Metrics,
    @Inject(CONFIG) config: Config,
  ) {
    this.#sent = metrics.counter('throughline_live_changes_total', 'Changes sent to subscriptions.', []);
    this.#followed = metrics.gauge('throughline_live_subscriptions', 'Subscriptions under way.', []);
    const buckets = [0.01, 0.03, 0.06, 0.1, 0.25, 0.5, 1, 5, 30];
    this.#lag = metrics.histogram('throughline_live_lag_seconds', 'From storing a change to sending it.', [], buckets);
    this.#format = formatErrors(!config.isProduction);
  }

  onApplicationBootstrap(): void {
    this.#operations = new LiveOperations(this.composer.schema);
    this.#timer = setInterval(() => void this.proveIdle(), idleProofMs);
    this.#timer.unref();
  }

  /**
   * Begins what a client asks to follow.
   * @throws Refusal or LiveRefusal; `errorsOf` words them
   */
  async follow(client: LiveClient, asked: Asked): Promise<Follower> {
    const limit = limits.liveSubscriptionsPerSocketMax;
    if (client.following.size >= limit) {
      throw new Refusal('SUBSCRIPTIONS_TOO_MANY', `A connection may follow ${limit} things at once.`, { limit });
    }
    const slot = Symbol('one of what is followed');
    client.following.add(slot);
    try {
      return await this.begin(client, asked, slot);
    } catch (error) {
      client.following.delete(slot);
      throw error;
    }
  }

  private async begin(client: LiveClient, asked: Asked, slot: symbol): Promise<Follower> {
    if (!this.#operations) throw new Error('Nothing can be followed before the start.');
    const caller = await this.rights.prove(client.secret);
    const operation = this.#operations.read(asked);
    const after = afterOf(caller, operation);
    const subject = await this.subject(caller, operation);
    const tail = await this.tail(caller.workspace);
    const change = following(subject, tail.place);
    const follower = new Follower(tail, client, operation, subject, after, (one) => void this.closed(one));
    this.#followers.set(follower, { client, workspace: caller.workspace, slot });
    this.#followed.set(this.#followers.size);
    try {
      const [first] = await this.reader.read(caller, operation, [change]);
      if (!first) throw nothingToFollow();
      return follower.begin((changes) => this.read(client, operation, changes), after ? null : first);
    } catch (error) {
      follower.close();
      throw error;
    }
  }

  /** Errors in the form of the API; what is not the client's doing is told to the operator. */
  errorsOf(error: unknown): readonly GraphQLFormattedError[] {
    const known = databaseRefusal(error);
    const errors =
      known instanceof LiveRefusal
        ? known.errors
        : [known instanceof Refusal ? requestRefusal(known) : new GraphQLError('', { originalError: error as Error })];
    return errors.map((one) => {
      if (!refusalIn(one)) this.log.error({ err: one.originalError ?? one }, 'A subscription failed.');
      return this.#format(one.toJSON(), one);
    });
  }

  private async read(client: LiveClient, operation: LiveOperation, changes: readonly Change[]) {
    for (;;) {
      try {
        const caller = await this.rights.prove(client.secret);
        const records = await this.reader.read(caller, operation, changes);
        const now = Date.now();
        for (const change of changes) this.#lag.observe(Math.max(0, now - Date.parse(change.at)) / 1000);
        this.#sent.inc(records.filter((record) => record !== null).length);
        return records;
      } catch (error) {
        const refusal = databaseRefusal(error);
        if (!(refusal instanceof Refusal)) throw error;
        if (refusal.code === 'UNAUTHENTICATED') {
          endBy(client, refusal);
          return [];
        }
        if (refusal.code !== 'UNAVAILABLE') throw refusal;
        // Nothing is lost: what is to be sent waits here, and what comes meanwhile behind it.
        await new Promise((resolve) => setTimeout(resolve, unavailableMs).unref());
      }
    }
  }

  private async subject(caller: Caller, { field, args }: LiveOperation): Promise<Subject> {
    const none = { profile: null, issue: null, journey: null, kinds: null };
    if (field === 'workspaceChanged') {
      const kinds = args['kinds'] as readonly ChangeKind[] | null | undefined;
      return { ...none, topic: everything, kinds: kinds ? new Set(kinds) : null };
    }
    if (field === 'customerChanged') {
      const profile = requireId('customer', args['id'] as string, 'id');
      return { ...none, topic: `customer:${profile}`, profile };
    }
    const kind = field === 'issueChanged' ? 'issue' : 'journey';
    const id = requireId(kind, args['id'] as string, 'id');
    const profile = await this.database.inWorkspace(caller.workspace, (db) =>
      profileOf(db, caller.workspace, kind, id),
    );
    if (profile === null) throw nothingToFollow();
    return { ...none, topic: `${kind}:${id}`, profile, [kind]: id };
  }

  /** The one that reads on in this workspace's feed; another one where that was closed, for nobody follows or it is behind. */
  private async tail(workspace: number): Promise<FeedTail> {
    for (;;) {
      const known = this.#tails.get(workspace);
      const tail = await (known ?? this.openTail(workspace));
      if (!tail.isClosed) return tail;
      if (this.#tails.get(workspace) === known) this.#tails.delete(workspace);
    }
  }

  private openTail(workspace: number): Promise<FeedTail> {
    const opening = FeedTail.open(workspace, this.database, this.log, this.wakes);
    this.#tails.set(workspace, opening);
    opening.catch(() => this.#tails.delete(workspace));
    return opening;
  }

  private async closed(follower: Follower): Promise<void> {
    const of = this.#followers.get(follower);
    this.#followers.delete(follower);
    this.#followed.set(this.#followers.size);
    if (!of) return;
    of.client.following.delete(of.slot);
    const { workspace } = of;
    const tail = await this.#tails.get(workspace);
    if (!tail?.isUnused || (await this.#tails.get(workspace)) !== tail) return;
    this.#tails.delete(workspace);
    tail.close();
  }

  private async proveIdle(): Promise<void> {
    const clients = new Set([...this.#followers.values()].map(({ client }) => client));
    for (const client of clients) {
      try {
        await this.rights.prove(client.secret);
      } catch (error) {
        if (error instanceof Refusal && error.code === 'UNAUTHENTICATED') endBy(client, error);
      }
    }
  }

  beforeApplicationShutdown(): void {
    if (this.#timer) clearInterval(this.#timer);
  }
}

function afterOf(caller: Caller, { args }: LiveOperation): FeedPlace | null {
  const after = args['after'];
  return typeof after === 'string' ? readFeedCursor(caller.workspace, after, 'after') : null;
}

/** The first answer: nothing has changed yet, and this is the place to go on from. */
function following({ profile, issue, journey }: Subject, place: FeedPlace): Change {
  return { place, kind: 'FOLLOWING', at: new Date().toISOString(), profile, touchpoint: null, issue, journey };
}

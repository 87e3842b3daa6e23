import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IdentifierInput } from '../identity/identifier.input.js';
import { Database } from '../platform/database.js';
import { Events } from '../platform/events.js';
import { Log } from '../platform/log.js';
import { Ingest } from '../touchpoints/ingest.service.js';
import type { TouchpointInput } from '../touchpoints/record.input.js';
import { checkTouchpoint, touchpointId } from '../touchpoints/touchpoint-check.js';
import { type Channel, channels } from '../touchpoints/vocabulary.js';
import { findAct, findAnchor, findSeen, type IdentifierKey, type ToldAct } from './hand-over.queries.js';
import { ownSource } from './journey-settling.js';
import { actKinds } from './journey-state.js';

/** Published in the transaction of an act that a touchpoint tells of: a start by the customer, and each hand-over. */
export const JOURNEY_HANDED_OVER = 'journeys.handed-over';

export interface JourneyHandedOver {
  readonly journey: string;
  /** Number of the act. */
  readonly act: number;
}

/** What an act that resumes a journey keeps of it, for the touchpoint that tells of it. */
export interface ResumeTold {
  readonly via: 'code' | 'link' | 'identifier' | 'id';
  readonly level: 'CLAIMED' | 'VERIFIED';
  readonly identifiers: readonly IdentifierInput[];
}

/**
 * Tells of hand-overs by a touchpoint, which also joins what the new device is known by. It is told at once, and by the
 * outbox in case that failed: by its name it is one touchpoint however often it is told.
 */
@Injectable()
export class HandOvers implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly ingest: Ingest,
    private readonly events: Events,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(JOURNEY_HANDED_OVER, 6, async (_, event) => {
      const { journey, act } = event.payload as JourneyHandedOver;
      await this.tell(event.workspace, journey, act);
    });
  }

  /** As `tell`; what cannot be told now is told by the outbox. */
  async tellNow(workspace: number, journey: string, act: number): Promise<void> {
    try {
      await this.tell(workspace, journey, act);
    } catch (error) {
      this.log.warn({ err: error }, 'A hand-over could not be told at once; the outbox will.');
    }
  }

  /** What became of the identifiers that the touchpoint named. */
  async seen(workspace: number, journey: string, act: number) {
    const id = touchpointId(workspace, ownSource, nameOf(journey, act));
    return (await this.database.inWorkspace(workspace, (db) => findSeen(db, workspace, id))) ?? [];
  }

  private async tell(workspace: number, journey: string, n: number): Promise<void> {
    const id = touchpointId(workspace, ownSource, nameOf(journey, n));
    const { act, anchor, isTold } = await this.database.inWorkspace(workspace, async (db) => {
      const found = await findAct(db, workspace, journey, n);
      const isKnown = (await findSeen(db, workspace, id)) !== null;
      return { act: found, anchor: found && (await findAnchor(db, workspace, found.profile)), isTold: isKnown };
    });
    if (!act || isTold) return;
    const touchpoint = touchpointOf(journey, act, anchor);
    // A customer of whom no identifier is left can be named by none.
    if (touchpoint.identifiers.length === 0) return;
    const [recorded] = await this.ingest.record(workspace, [touchpoint], (one, _, context) =>
      checkTouchpoint(one, 'handOver', context),
    );
    if (recorded && 'refusal' in recorded && recorded.refusal.reason !== 'CONTENT_CONFLICT') throw recorded.refusal;
  }
}

function nameOf(journey: string, act: number): string {
  return `${journey} act ${act}`;
}

/** A person of ours; a key may be a whole desk’s. */
function agentOf({ actor, isCustomer }: ToldAct): string | null {
  const [, person] = isCustomer ? [] : (/^user:(.+)$/.exec(actor) ?? []);
  return person ?? null;
}

/** What each act that is told of is called, and what its subject says of it. */
function wordsOf({ kind, name, turn }: ToldAct): { readonly kind: string; readonly subject: string } {
  if (actKinds[kind] === 'STARTED') return { kind: 'journey.started', subject: `${name}: started` };
  if (actKinds[kind] === 'RESUMED') return { kind: 'journey.resumed', subject: `${name}: resumed` };
  return { kind: 'journey.handed_off', subject: `${name}: handed to ${turn?.name}` };
}

function touchpointOf(journey: string, act: ToldAct, anchor: IdentifierKey | null): TouchpointInput {
  const isResumed = actKinds[act.kind] === 'RESUMED';
  const isHandedOff = actKinds[act.kind] === 'HANDED_OFF';
  const told = act.data as (ResumeTold & { note?: string }) | null;
  const proven = isResumed && told?.level === 'VERIFIED' ? { verification: 'VERIFIED' as const } : {};
  return {
    source: ownSource,
    externalId: nameOf(journey, act.n),
    channel: channels[act.channel] as Channel,
    direction: isHandedOff ? 'INTERNAL' : 'INBOUND',
    ...wordsOf(act),
    occurredAt: act.at.toISOString(),
    summary: (isHandedOff && told?.note) || null,
    agentId: act.turn?.to === 'AGENT' ? act.turn.name : agentOf(act),
    queue: act.turn?.to === 'QUEUE' ? act.turn.name : null,
    attributes: isResumed ? { via: told?.via } : {},
    identifiers: [...(anchor ? [{ ...anchor, ...proven }] : []), ...(isResumed ? (told?.identifiers ?? []) : [])],
    journey: { source: act.source, externalId: act.externalId },
  };
}

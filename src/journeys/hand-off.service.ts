import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { optionalText, requireText } from '../platform/text-input.js';
import { channels } from '../touchpoints/vocabulary.js';
import { HandOvers, JOURNEY_HANDED_OVER, type JourneyHandedOver } from './hand-over.service.js';
import { requireStatus } from './journey-acts.js';
import type { Turn } from './journey-state.js';
import { type JourneyAct, Journeys, requestOf } from './journeys.service.js';
import type { HandOffJourneyInput } from './resume.types.js';

/** Hands journeys to an agent, a queue or a channel. */
@Injectable()
export class HandOffs {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly journeys: Journeys,
    private readonly handOvers: HandOvers,
  ) {}

  async handOff(caller: Caller, input: HandOffJourneyInput): Promise<JourneyAct> {
    const { workspace } = caller;
    const turn = turnOf(input);
    const note = optionalText(input.note, 'input.note', limits.longTextCharactersMax) ?? null;
    const request = {
      ...requestOf(input),
      version: input.version,
      kind: 'HANDED_OFF' as const,
      told: [turn, note],
    };
    const done = await this.database.inWorkspace(workspace, async (db) => {
      const act = await this.journeys.actIn(db, caller, request, ({ state }) => {
        requireStatus(state.status, ['ACTIVE', 'PAUSED'], 'be handed over');
        return { step: null, fromStep: null, data: note === null ? null : { note }, turn };
      });
      if (act.n === null) return act;
      const event: JourneyHandedOver = { journey: act.id, act: act.n };
      await publish(db, workspace, JOURNEY_HANDED_OVER, event);
      return act;
    });
    if (done.n !== null) await this.handOvers.tellNow(workspace, done.id, done.n);
    this.relay.wake();
    return done;
  }
}

function turnOf({ to, name }: HandOffJourneyInput): Turn {
  const place = requireText(name, 'input.name', limits.shortTextCharactersMax);
  if (to !== 'CHANNEL' || channels.some((channel) => channel === place)) return { to, name: place };
  throw new Refusal('INPUT_INVALID', `A channel is one of ${channels.join(', ')}.`, { field: 'input.name' });
}

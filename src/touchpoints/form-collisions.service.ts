import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { IdentityRules } from '../identity/identifier-types.js';
import {
  COLLISIONS_DECIDED,
  FORMS_COLLIDED,
  type FormCollision,
  type FormsCollided,
} from '../identity/identity.events.js';
import { findIdentifiers } from '../identity/identity-settings.queries.js';
import { Events, publish } from '../platform/events.js';
import { Ingest } from './ingest.service.js';
import type { CheckContext, CheckedItem } from './touchpoint-check.js';

/** Identifiers that have become the same are told to ingest as one statement that names both: every protection holds. */
@Injectable()
export class FormCollisions implements OnModuleInit {
  constructor(
    private readonly events: Events,
    private readonly ingest: Ingest,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(FORMS_COLLIDED, 4, async (db, event) => {
      const collided = event.payload as FormsCollided;
      const pairs = await undecided(db, event.workspace, collided.pairs);
      if (pairs.length > 0) await this.ingest.record(event.workspace, pairs, statementOf, true);
      await publish(db, event.workspace, COLLISIONS_DECIDED, collided);
    });
  }
}

/** An event may come twice: a pair of which one is detached was decided before, and must not be attached again. */
async function undecided(
  db: EntityManager,
  workspace: number,
  pairs: readonly FormCollision[],
): Promise<FormCollision[]> {
  const named = pairs.flatMap(({ type, value, to }) => [
    { type, value },
    { type, value: to },
  ]);
  const attached = new Set<string>();
  for (const one of await findIdentifiers(db, workspace, named)) {
    if (one.profile !== null) attached.add(`${one.type} ${one.value}`);
  }
  return pairs.filter(({ type, value, to }) => attached.has(`${type} ${value}`) && attached.has(`${type} ${to}`));
}

function statementOf(pair: FormCollision, _: number, { rules }: CheckContext): CheckedItem {
  return {
    id: pair.evidence,
    source: 'throughline',
    externalId: null,
    identifiers: [pair.to, pair.value].map((value) => identifierOf(rules, pair.type, value)),
    seen: [],
    traits: [],
    at: pair.seenAt,
    sentAt: null,
    version: 0,
    hash: '0',
    touchpoint: null,
    attributesJson: '{}',
  };
}

function identifierOf(rules: IdentityRules, name: string, value: string) {
  const type = rules.types.get(name);
  if (!type) throw new Error('An identifier type went while stored identifiers of it were being normalised.');
  return { type, value, raw: null, isVerified: false, former: null };
}

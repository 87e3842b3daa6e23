import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { IdentifierType } from '../identifier-type.js';
import { IdentifierTypes, type IdentityRules } from '../identifier-types.js';
import type { MatchContext } from '../match/compare.js';
import type { UpkeepRules } from './upkeep.js';
import { contextOf, modelOf, shippedWeights } from './weight-set.js';
import { findActiveVersion, findWeights } from './weights.queries.js';

/** Regions in which 04/05 is the fifth of April. */
const monthFirstRegions = new Set(['US', 'PH', 'FM', 'PW', 'MH', 'GU', 'AS', 'PR', 'VI', 'MP']);

/** By what each workspace's customers are compared. A set of weights never changes, so it is read once. */
@Injectable()
export class MatchRules {
  readonly #contexts = new Map<string, MatchContext>([[modelOf(null), contextOf(shippedWeights)]]);

  constructor(private readonly types: IdentifierTypes) {}

  /** Before a transaction: what it needs of the workspace's settings, which may have to be read on their own. */
  identityRules(workspace: number): Promise<IdentityRules> {
    return this.types.of(workspace);
  }

  async of(db: EntityManager, workspace: number, { types, defaultRegion }: IdentityRules): Promise<UpkeepRules> {
    const named = (isMeant: (type: IdentifierType) => boolean) =>
      new Set([...types.values()].filter(isMeant).map((type) => type.name));
    const version = await findActiveVersion(db, workspace);
    return {
      types: {
        email: named((type) => type.comparison === 'email'),
        phone: named((type) => type.comparison === 'phone'),
        unique: named((type) => type.isUnique),
      },
      dateOrder: monthFirstRegions.has(defaultRegion) ? 'month-first' : 'day-first',
      context: await this.context(db, workspace, version),
      model: modelOf(version),
    };
  }

  private async context(db: EntityManager, workspace: number, version: number | null): Promise<MatchContext> {
    const key = version === null ? modelOf(null) : `${workspace} ${version}`;
    const known = this.#contexts.get(key);
    if (known) return known;
    const row = version === null ? null : await findWeights(db, workspace, version);
    if (!row?.weights) throw new Error(`Weights ${version} of workspace ${workspace} hold and are not there.`);
    const context = contextOf(row.weights);
    if (this.#contexts.size >= contextsMax) this.#contexts.delete([...this.#contexts.keys()][1] as string);
    this.#contexts.set(key, context);
    return context;
  }
}

/** A set of weights has some hundred kilobytes. */
const contextsMax = 100;

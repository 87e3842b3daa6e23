import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { externalId, requireId } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import type { IdentifierInput } from './identifier.input.js';
import { IdentifierTypes, type IdentityRules } from './identifier-types.js';
import { findPairs } from './link.queries.js';
import { pathBetween } from './link-graph.js';
import { type NamedIdentifier, readIdentifier } from './named-identifier.js';
import { findCommonMembers, findIdentifiersOf, findOwner, findSteps, type Step } from './why-linked.queries.js';
import type { LinkStep } from './why-linked.types.js';

/** One end of the question: a customer by one of its ids, or by an identifier. */
export interface End {
  readonly id?: string | null;
  readonly identifier?: IdentifierInput | null;
}

export interface Explanation {
  readonly customer: string;
  readonly steps: readonly LinkStep[];
}

const identifiersPerProfileMax = 20;

/** Explains why two profiles are one customer. */
@Injectable()
export class Explanations {
  constructor(
    private readonly database: Database,
    private readonly types: IdentifierTypes,
  ) {}

  /** Null when they are not one, or when one of them is not known. */
  async why(caller: Caller, a: End, b: End): Promise<Explanation | null> {
    const { workspace, isMasked } = caller;
    const rules = await this.types.of(workspace);
    const [endA, endB] = [readEnd(a, 'a', 'identifierA', rules), readEnd(b, 'b', 'identifierB', rules)];
    return this.database.inWorkspace(workspace, async (db) => {
      const [from, to] = [await profileOf(db, workspace, endA), await profileOf(db, workspace, endB)];
      if (from === null || to === null) return null;
      const common = await findCommonMembers(db, workspace, from, to);
      if (!common) return null;
      const pairs = await findPairs(db, workspace, common.members, 1);
      const path = pathBetween(pairs, from, to) ?? [];
      const steps = await findSteps(db, workspace, path);
      return { customer: common.customer, steps: await withIdentifiers(db, workspace, steps, isMasked) };
    });
  }
}

/** What each profile of a chain is known by; free text and values are masked for who may not see them. */
export async function withIdentifiers(
  db: EntityManager,
  workspace: number,
  steps: readonly Step[],
  isMasked: boolean,
): Promise<LinkStep[]> {
  const profiles = [...new Set(steps.flatMap((step) => [step.from, step.to]))];
  const known = await findIdentifiersOf(db, workspace, profiles, identifiersPerProfileMax, isMasked);
  const of = (profile: string) =>
    known.filter((one) => one.profile === profile).map(({ type, value }) => ({ type, value }));
  return steps.map((step) => ({
    fromId: externalId('customer', step.from),
    fromIdentifiers: of(step.from),
    toId: externalId('customer', step.to),
    toIdentifiers: of(step.to),
    rule: step.rule,
    linkedAt: step.at,
    evidenceCount: step.evidenceCount,
    mergeId: step.merge === null ? null : externalId('merge', step.merge),
    actor: step.actor,
    reason: isMasked ? null : step.reason,
    evidence: step.evidence,
  }));
}

type ReadEnd = { readonly profile: string } | NamedIdentifier;

function readEnd(end: End, idField: string, identifierField: string, rules: IdentityRules): ReadEnd {
  if ((end.id == null) === (end.identifier == null)) {
    throw new Refusal('ONE_OF_REQUIRED', `Give exactly one of ${idField} and ${identifierField}.`, { field: idField });
  }
  if (end.id != null) return { profile: requireId('customer', end.id, idField) };
  return readIdentifier(end.identifier as IdentifierInput, identifierField, rules);
}

async function profileOf(db: EntityManager, workspace: number, end: ReadEnd): Promise<string | null> {
  return 'profile' in end ? end.profile : findOwner(db, workspace, end);
}

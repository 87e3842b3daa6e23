import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IDENTITY_CHANGED, type IdentityChanged } from '../identity/identity.events.js';
import { changeOf, ISSUES_CHANGED, type IssuesChanged } from '../issues/issues.events.js';
import { assignTiers } from '../issues/sla/deadlines.service.js';
import { Events, type OutboxEvent, publish } from '../platform/events.js';
import { nextMembers } from './membership.queries.js';
import { customersPerEvaluationMax } from './membership.service.js';
import {
  SEGMENT_GRANTS_CHANGED,
  SEGMENTS_CHANGED,
  type SegmentGrantsChanged,
  type SegmentsChanged,
} from './segments.events.js';
import { findServiceTiers } from './service-tier.queries.js';

/** Open issues follow their customer's segments into the tier whose promises they have. */
@Injectable()
export class ServiceTiers implements OnModuleInit {
  constructor(private readonly events: Events) {}

  onModuleInit(): void {
    this.events.subscribe(ISSUES_CHANGED, 7, (db, { workspace, payload }) =>
      follow(db, workspace, (payload as IssuesChanged).profiles),
    );
    this.events.subscribe(IDENTITY_CHANGED, 7, (db, { workspace, payload }) =>
      follow(db, workspace, (payload as IdentityChanged).profiles),
    );
    this.events.subscribe(SEGMENTS_CHANGED, 7, (db, { workspace, payload }) => {
      const { entered, left } = payload as SegmentsChanged;
      return follow(
        db,
        workspace,
        [...entered, ...left].map(({ profile }) => profile),
      );
    });
    this.events.subscribe(SEGMENT_GRANTS_CHANGED, 7, followMembers);
  }
}

/** One batch of members; the next is the next event, so that no transaction grows long. */
async function followMembers(db: EntityManager, { workspace, payload }: OutboxEvent): Promise<void> {
  const { segment, after } = payload as SegmentGrantsChanged;
  const members = await nextMembers(db, workspace, segment, after, customersPerEvaluationMax);
  await follow(db, workspace, members);
  const next: SegmentGrantsChanged = { segment, after: members.at(-1) ?? after };
  if (members.length === customersPerEvaluationMax) await publish(db, workspace, SEGMENT_GRANTS_CHANGED, next);
}

/** Twice it gives the same as once. */
async function follow(db: EntityManager, workspace: number, profiles: readonly string[]): Promise<void> {
  if (profiles.length === 0) return;
  const tiers = await findServiceTiers(db, workspace, profiles);
  const moved = tiers.length > 0 ? await assignTiers(db, workspace, tiers) : [];
  // With another tier they have other deadlines, which rules may look at.
  if (moved.length > 0) await publish(db, workspace, ISSUES_CHANGED, changeOf(moved));
}

import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { externalId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { IdentifierTypes } from './identifier-types.js';
import { limitsBrokenBy } from './merge.service.js';
import type {
  LinkProhibition,
  MergePreviewConflict,
  MergePreviewIdentifier,
  MergePreviewLimit,
} from './merge.types.js';
import { findConflicts, findIdentifiers, findMembersOf, findRoots } from './merge-preview.queries.js';
import { findProhibitions } from './prohibition.queries.js';
import type { BrakeReason } from './protected.types.js';

/**
 * What a higher floor makes its own fields of `MergePreview` from, by a second `@Resolver(() => MergePreview)`: the
 * profiles of the two customers, by their inner ids.
 */
export interface PreviewedProfiles {
  readonly survivorMembers: readonly string[];
  readonly otherMembers: readonly string[];
}

/** The profiles that the merged customer would have. */
export function mergedMembers({ survivorMembers, otherMembers }: PreviewedProfiles): string[] {
  return [...new Set([...survivorMembers, ...otherMembers])];
}

/** What a merge would do, as far as identity knows. */
export interface MergePreviewRecord extends PreviewedProfiles {
  /** Inner ids of the two customers. */
  readonly survivor: string;
  readonly other: string;
  readonly isOneAlready: boolean;
  readonly isAllowed: boolean;
  readonly identifiers: readonly MergePreviewIdentifier[];
  readonly conflicts: readonly MergePreviewConflict[];
  readonly brokenLimits: readonly MergePreviewLimit[];
  readonly brake: keyof typeof BrakeReason | null;
  readonly prohibitions: readonly LinkProhibition[];
}

/** Whether rules would join nothing to the merged customer any more. */
function brakeOf(merges: number, identifiers: number): MergePreviewRecord['brake'] {
  if (merges >= limits.mergesPerCustomerMax) return 'TOO_MANY_MERGES';
  return identifiers >= limits.identifiersPerCustomerMax ? 'TOO_MANY_IDENTIFIERS' : null;
}

/** Looks at two customers as if they were one. */
@Injectable()
export class MergePreviews {
  constructor(
    private readonly database: Database,
    private readonly types: IdentifierTypes,
  ) {}

  async preview(caller: Caller, survivorId: string, otherId: string): Promise<MergePreviewRecord | null> {
    const { workspace, isMasked } = caller;
    const profiles = [requireId('customer', survivorId, 'survivorId'), requireId('customer', otherId, 'otherId')];
    const { types } = await this.types.of(workspace);
    return this.database.inWorkspace(workspace, async (db) => {
      const found = await findRoots(db, workspace, profiles);
      const [survivor, other] = profiles.map((profile) => found.find((row) => row.profile === profile)?.root);
      if (survivor === undefined || other === undefined) return null;
      const members = await findMembersOf(db, workspace, profiles);
      const of = (root: string) => members.filter((member) => member.root === root).map((member) => member.id);
      const [ours, theirs] = [of(survivor), of(other)];
      const isOneAlready = survivor === other;
      const identifiersMax = limits.identifiersPerCustomerMax;
      const identifiers = await findIdentifiers(db, workspace, members, identifiersMax, isMasked);
      const conflicts = isOneAlready ? [] : await findConflicts(db, workspace, ours, theirs, isMasked);
      const broken = isOneAlready ? [] : await limitsBrokenBy(db, workspace, types, members, survivor, other);
      const prohibitions = isOneAlready ? [] : await findProhibitions(db, workspace, ours, theirs);
      return {
        survivor,
        other,
        survivorMembers: ours,
        otherMembers: theirs,
        isOneAlready,
        isAllowed: prohibitions.length === 0 && !broken.some((one) => one.isUnique),
        identifiers: identifiers.map(({ root, type, value }) => ({
          type,
          value,
          side: root === survivor ? 'SURVIVOR' : 'OTHER',
        })),
        conflicts: conflicts.map(({ isSurvivors, ...row }) => ({ ...row, winner: isSurvivors ? 'SURVIVOR' : 'OTHER' })),
        brokenLimits: broken,
        brake: isOneAlready ? null : brakeOf(members.length - 1, identifiers.length),
        prohibitions: prohibitions.map(({ a, b, at, actor, reason }) => ({
          survivorId: externalId('customer', a),
          otherId: externalId('customer', b),
          since: at,
          actor,
          reason: isMasked ? null : reason,
        })),
      };
    });
  }
}

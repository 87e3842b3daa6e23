import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { StaleVersion } from '../platform/stale-version.js';
import { optionalText, requireText } from '../platform/text-input.js';
import { channels as allChannels, type Channel } from '../touchpoints/vocabulary.js';
import { countPurposes, findPurpose, insertPurpose, type PurposeRow, writePurpose } from './consent-purpose.queries.js';
import type { CreateConsentPurposeInput, UpdateConsentPurposeInput } from './consent-purposes.types.js';
import { legalBases, stateCode } from './consent-words.js';
import { TREATMENT_CLOCK, type TreatmentClock } from './treatment-clock.js';

/** What a workspace asks its customers to consent to. */
@Injectable()
export class ConsentPurposes {
  constructor(
    private readonly database: Database,
    @Inject(TREATMENT_CLOCK) private readonly clock: TreatmentClock,
  ) {}

  async create({ workspace, actor }: Caller, input: CreateConsentPurposeInput): Promise<string> {
    if (!/^[a-z0-9_-]{1,63}$/.test(input.key)) {
      throw new Refusal('INPUT_INVALID', 'A key has 1 to 63 lower-case letters, digits, `-` and `_`.', {
        field: 'input.key',
      });
    }
    const purpose: PurposeRow = {
      id: randomUUID(),
      key: input.key,
      name: requireText(input.name, 'input.name', limits.nameCharactersMax),
      description: descriptionOf(input.description),
      channels: codesOf(input.channels),
      legalBasis: legalBases.indexOf(input.legalBasis),
      defaultState: stateCode(input.defaultState),
      heedsHours: input.heedsHours,
      isRetired: false,
      version: 1,
    };
    await this.database.inWorkspace(workspace, async (db) => {
      const limit = limits.consentPurposesPerWorkspaceMax;
      if ((await countPurposes(db, workspace)) >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} purposes.`, { field: 'input', limit });
      }
      if (await insertPurpose(db, workspace, purpose, actor, this.clock.now())) return;
      throw new Refusal('KEY_TAKEN', 'There is a purpose of this key already.', { field: 'input.key' });
    });
    return purpose.id;
  }

  update({ workspace, actor }: Caller, input: UpdateConsentPurposeInput): Promise<string> {
    return this.database.inWorkspace(workspace, async (db) => {
      const known = await findPurpose(db, workspace, input.key, true);
      if (!known) throw new Refusal('NOT_FOUND', 'There is no such purpose.', { field: 'input.key' });
      if (known.version !== input.version) throw new StaleVersion('purpose', input.version, known.version);
      const { name, description, channels, legalBasis, defaultState, heedsHours, isRetired } = input;
      const next: PurposeRow = {
        ...known,
        name: name == null ? known.name : requireText(name, 'input.name', limits.nameCharactersMax),
        description: description === undefined ? known.description : descriptionOf(description),
        channels: channels === undefined ? known.channels : codesOf(channels),
        legalBasis: legalBasis == null ? known.legalBasis : legalBases.indexOf(legalBasis),
        defaultState: defaultState == null ? known.defaultState : stateCode(defaultState),
        heedsHours: heedsHours ?? known.heedsHours,
        isRetired: isRetired ?? known.isRetired,
        version: known.version + 1,
      };
      await writePurpose(db, workspace, next, actor, this.clock.now());
      return known.id;
    });
  }
}

const descriptionOf = (text: string | null | undefined) =>
  optionalText(text, 'input.description', limits.longTextCharactersMax) ?? null;

/** The codes of channels, each once, in their order; null covers all. */
function codesOf(given: readonly Channel[] | null | undefined): readonly number[] | null {
  if (given == null) return null;
  if (given.length > 0) return [...new Set(given)].map((one) => allChannels.indexOf(one)).sort((a, b) => a - b);
  throw new Refusal('TOO_FEW', 'A purpose covers at least one channel; all when channels is left out.', {
    field: 'input.channels',
    limit: 1,
  });
}

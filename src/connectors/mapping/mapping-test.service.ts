import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { IdentifierTypes } from '../../identity/identifier-types.js';
import { Refusal } from '../../platform/refusal.js';
import type { CheckContext } from '../../touchpoints/touchpoint-check.js';
import { applyMapping, type Mapped, type Payload } from './apply-mapping.js';
import { checkMapped } from './check-mapped.js';
import { parseMapping } from './mapping.schema.js';

/** A touchpoint of a sample, with everything that keeps it from being stored. */
export type TestedTouchpoint = Mapped & { readonly errors: readonly Refusal[] };

/** Tries mappings out. Nothing is stored, whatever comes of it. */
@Injectable()
export class MappingTests {
  constructor(private readonly types: IdentifierTypes) {}

  /** @throws Refusal MAPPING_INVALID that names the place in the mapping */
  async test(caller: Caller, written: unknown, sample: Payload): Promise<TestedTouchpoint[]> {
    const mapping = parseMapping(written, 'mapping');
    const rules = await this.types.of(caller.workspace);
    const context: CheckContext = { workspace: caller.workspace, rules, now: Date.now(), randomId: () => '' };
    return applyMapping(mapping, sample).map((mapped) => ({ ...mapped, errors: errorsOf(mapped, context) }));
  }
}

function errorsOf(mapped: Mapped, context: CheckContext): readonly Refusal[] {
  if ('refusals' in mapped) return mapped.refusals;
  try {
    checkMapped(mapped.touchpoint, context);
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [error];
    throw error;
  }
}

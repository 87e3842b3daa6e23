import { deterministicId } from '../../platform/ids.js';
import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import { isObject, jsonOf } from '../json-value.js';
import { applyMapping } from '../mapping/apply-mapping.js';
import type { Mapping } from '../mapping/mapping.js';
import { partsOf, touchpointOf } from '../mapping/touchpoint-parts.js';

/** How the rows of one import become touchpoints. */
export interface RowRules {
  /** Null when rows have the shape of touchpoints already. */
  readonly mapping: Mapping | null;
  /** The source of touchpoints that name none. */
  readonly source: string;
}

/** One touchpoint of a row, or everything that is wrong with it. */
export type RowItem = { readonly touchpoint: TouchpointInput } | { readonly refusals: readonly Refusal[] };

/** None when the mapping skips the row. */
export function translateRow(record: unknown, rules: RowRules): RowItem[] {
  try {
    const items = rules.mapping
      ? applyMapping(rules.mapping, { payload: record, source: rules.source })
      : [plainItem(record, rules.source)];
    return items.map((item, place) =>
      'touchpoint' in item ? { touchpoint: named(item.touchpoint, record, place) } : item,
    );
  } catch (error) {
    if (error instanceof Refusal) return [{ refusals: [error] }];
    throw error;
  }
}

function plainItem(record: unknown, source: string): RowItem {
  if (!isObject(record)) return { refusals: [new Refusal('INPUT_INVALID', 'The row is not an object.')] };
  const parts = partsOf({ ...record, source: record['source'] ?? source });
  return 'refusals' in parts ? parts : touchpointOf(parts);
}

/**
 * What says the same is the same: a touchpoint without an id of its sender's gets one that is made of its row, so that
 * a file that is imported twice, or was changed in other rows, doubles nothing. Rows that are alike to the letter are
 * one touchpoint.
 */
function named(touchpoint: TouchpointInput, record: unknown, place: number): TouchpointInput {
  if (touchpoint.externalId != null) return touchpoint;
  return { ...touchpoint, externalId: `row-${deterministicId('row', jsonOf(record), String(place))}` };
}

import { references, scalarFields } from '../mapping/touchpoint-fields.js';
import { pathOf } from './guessed-mapping.js';

const groups = /^(identifiers?|traits?|attributes?)\.(.+)$/;

/**
 * The mapping of a table whose columns are named as our fields: `kind`, `waitSeconds`, `identifier.phone`, `trait.plan`,
 * `attribute.x`, `issue` (its external id). Null when any column is named otherwise, or none names the customer.
 */
export function mappingOfPlainColumns(columns: readonly string[]): object | null {
  const scalars: Record<string, string> = {};
  const belongs: Record<string, object> = {};
  const identifiers: object[] = [];
  const traits: Record<string, string> = {};
  const attributes: Record<string, string> = {};
  for (const column of columns) {
    const path = pathOf(column);
    const [, group, name] = groups.exec(column) ?? [];
    if (group?.startsWith('identifier') && name !== undefined) identifiers.push({ type: name, value: path });
    else if (group?.startsWith('trait') && name !== undefined) traits[name] = path;
    else if (group !== undefined && name !== undefined) attributes[name] = path;
    else if (Object.hasOwn(scalarFields, column)) scalars[column] = path;
    else if ((references as readonly string[]).includes(column)) belongs[column] = { externalId: path };
    else return null;
  }
  if (identifiers.length === 0 || !scalars['channel'] || !scalars['kind']) return null;
  return { name: 'plain', touchpoints: [{ ...scalars, ...belongs, identifiers, traits, attributes }] };
}

import type { PersonColumn } from '../match/person.js';

/**
 * The names under which senders tell what people are compared by, as `nameOf` writes them; `docs/matching.md` lists
 * them. Among them are all that the Segment specification reserves for a person.
 */
const traitNames: Readonly<Record<Exclude<PersonColumn, 'source'>, string>> = {
  given_name: 'givenname firstname forename',
  surname: 'surname lastname familyname',
  full_name: 'name fullname',
  dob: 'dob birthday birthdate dateofbirth',
  street_number: 'streetnumber housenumber',
  address: 'address street streetaddress address1 addressline1 line1',
  address_2: 'address2 addressline2 line2 street2',
  locality: 'locality city town suburb',
  postcode: 'postcode postalcode zip zipcode',
  region: 'region state province',
  email: 'email emailaddress',
  phone: 'phone phonenumber telephone mobile mobilephone',
  national_id: 'nationalid ssn socialsecuritynumber taxid',
  gender: 'gender sex',
  occupation: 'occupation profession jobtitle job',
  birth_place: 'birthplace placeofbirth',
};

const columnOf = new Map<string, PersonColumn>(
  Object.entries(traitNames).flatMap(([column, names]) =>
    names.split(' ').map((name): [string, PersonColumn] => [name, column as PersonColumn]),
  ),
);

/** Names of traits that are read, in the form in which SQL compares them too. */
export const readTraitNames: readonly string[] = [...columnOf.keys()];

/** `postal_code`, `postalCode` and `Postal-Code` are one name. */
const nameOf = (key: string): string => key.toLowerCase().replace(/[_\- ]/g, '');

const valueCharactersMax = 200;

/** What traits say of a person, in the columns of the bulk match; of several that say the same thing the first counts. */
export function columnsOf(traits: readonly (readonly [key: string, value: unknown])[]): Map<PersonColumn, string> {
  const columns = new Map<PersonColumn, string>();
  const put = (key: string, value: unknown) => {
    const column = columnOf.get(nameOf(key));
    const text = textOf(value);
    if (column !== undefined && text !== '' && !columns.has(column)) columns.set(column, text);
  };
  for (const [key, value] of traits) {
    // `address` as one text, or as Segment has it: { street, city, postalCode, state, country }.
    if (typeof value !== 'object' || value === null || Array.isArray(value)) put(key, value);
    else if (nameOf(key) === 'address') for (const [part, inner] of Object.entries(value)) put(part, inner);
  }
  return columns;
}

function textOf(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text.length > valueCharactersMax ? '' : text;
}

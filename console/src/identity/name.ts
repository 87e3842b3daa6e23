import type { Person } from './documents.js';

export function nameOf(person: Pick<Person, 'displayName' | 'identifiers' | 'id'>): string {
  return person.displayName ?? person.identifiers[0]?.value ?? person.id;
}

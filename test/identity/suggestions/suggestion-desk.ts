import { expect } from 'vitest';
import { MatchUpkeep } from '../../../src/identity/suggestions/match-upkeep.service.js';
import { eventually, type GraphqlAnswer, type TestService } from '../../setup/service.js';
import { email, type Identifier, mergeDesk, type Touch } from '../merge-desk.js';

export interface SuggestionNode {
  readonly id: string;
  readonly customer: { readonly id: string };
  readonly other: { readonly id: string };
  readonly score: number;
  readonly band: string;
  readonly status: string;
  readonly model: string;
  readonly fields: readonly { field: string; level: string; value: string; otherValue: string; bits: number }[];
  readonly claims: readonly { rule: string; touchpointId: string; times: number }[];
  readonly decisions: readonly { act: string; actor: string; reason: string; merge: { id: string } | null }[];
}

export const suggestionFields = `id customer { id } other { id } score band status model since
  fields { field level value otherValue bits } claims { rule touchpointId times firstAt lastAt }
  decisions { act actor decidedAt reason score model merge { id rule suggestion { id } } }`;

let people = 0;

/** Somebody whom no other test knows, as often as she is told of. */
export function someone(): { firstName: string; lastName: string; birthday: string; address: object } {
  const n = people++;
  const word = [n % 20, (n * 7) % 20, (n * 3) % 20].map((place) => 'bcdfghjklmnpqrstvwxz'[place]).join('a');
  return {
    firstName: 'Ada',
    lastName: `${word}stein`,
    birthday: `${1940 + (n % 60)}-0${1 + (n % 9)}-1${n % 10}`,
    address: { street: `${n + 1} ${word}ing Place`, city: `${word}ton`, postalCode: String(10_000 + n * 37) },
  };
}

/** The id of the suggestion of two customers. */
export function suggestionId(...customers: readonly string[]): string {
  const numbers = customers.map((id) => Number(id.slice(4))).sort((a, b) => a - b);
  return `sug_${numbers.map((number) => number.toString(16).padStart(16, '0')).join('')}`;
}

/** What a client does with suggestions, in few words. */
export function suggestionDesk(it: () => TestService) {
  const merges = mergeDesk(it);

  /** Waits until every event was handled and everybody who is due was compared. */
  async function compared(): Promise<void> {
    await it().settled();
    await eventually(async () => {
      // The service's own round may be at work: then there is nothing to do but to look again.
      await it().service.app.get(MatchUpkeep).tick();
      return (await it().database.owner.query('select from match_due')).rowCount === 0;
    });
  }

  /** A new customer of whom these traits are known. */
  async function customer(traits: object, ...identifiers: Identifier[]): Promise<string> {
    const named = identifiers.length > 0 ? identifiers : [email()];
    return ((await merges.record({ identifiers: named, traits })) as [Touch])[0].customer;
  }

  async function suggestions(args = '', key?: string): Promise<SuggestionNode[]> {
    await compared();
    const query = `{ matchSuggestions${args} { nodes { ${suggestionFields} } } }`;
    const data = await merges.ask<{ matchSuggestions: { nodes: SuggestionNode[] } }>(query, {}, key);
    return data.matchSuggestions.nodes;
  }

  /** The one suggestion of these two, of any status; undefined when there is none. */
  async function between(a: string, b: string, key?: string): Promise<SuggestionNode | undefined> {
    const all: SuggestionNode[] = [];
    for (const status of ['OPEN', 'CONFIRMED', 'REJECTED']) {
      all.push(...(await suggestions(`(status: ${status}, customerId: "${a}", first: 100)`, key)));
    }
    const found = all.filter((one) => [one.customer.id, one.other.id].includes(b) || one.id === suggestionId(a, b));
    expect(found.length).toBeLessThan(2);
    return found[0];
  }

  const act = (name: string, more: string) => (input: object, key?: string) =>
    it().graphql(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
        suggestion { ${suggestionFields} } ${more} } }`,
      { input },
      key,
    );
  const tryConfirm = act('confirmSuggestion', 'customer { id mergedIds } merge { id rule actor reason } isNew');
  const tryReject = act('rejectSuggestion', 'isChanged');
  const tryReopen = act('reopenSuggestion', 'isChanged');

  const done =
    (name: string) =>
    (answer: GraphqlAnswer): GraphqlAnswer['data'] => {
      expect(answer.errors).toBeUndefined();
      return answer.data[name];
    };
  const confirm = async (input: object) => done('confirmSuggestion')(await tryConfirm(input));
  const reject = async (input: object) => done('rejectSuggestion')(await tryReject(input));
  const reopen = async (input: object) => done('reopenSuggestion')(await tryReopen(input));

  return {
    ...merges,
    compared,
    customer,
    suggestions,
    between,
    tryConfirm,
    tryReject,
    tryReopen,
    confirm,
    reject,
    reopen,
  };
}

import { type JsonObject, objectOf, textOf } from '../../../json-value.js';
import type { NamedBy } from '../../touchpoint-draft.js';

export const source = 'slack';

/** Whether a user answers for the company. */
export type IsOurs = (user: string | undefined, team: string | undefined) => boolean;

/** A user's id holds within its workspace. */
export function userNames(team: string | undefined, user: string | undefined): NamedBy[] {
  return user === undefined ? [] : [['slack', team === undefined ? user : `${team}:${user}`]];
}

/**
 * A direct channel is with one person: it stands for whoever has ever written in it, so that what the company writes
 * there finds the person too.
 */
export function directNames(team: string | undefined, channel: string | undefined): NamedBy[] {
  return channel?.startsWith('D') ? [['anonymous_id', `slack:${team ?? ''}:${channel}`]] : [];
}

/** The workspace of a user, which in a shared channel is not the one that was told. */
export function teamOf(event: JsonObject, body: JsonObject): string | undefined {
  return (
    textOf(event['user_team']) ??
    textOf(event['source_team']) ??
    textOf(event['team']) ??
    textOf(event['team_id']) ??
    textOf(body['team_id'])
  );
}

/** What a workspace knows of its member. */
export function profileOf(user: JsonObject): { readonly identifiers: NamedBy[]; readonly traits: JsonObject } {
  const profile = objectOf(user['profile']);
  const email = textOf(profile['email']);
  const phone = textOf(profile['phone']);
  return {
    identifiers: [...userNames(textOf(user['team_id']), textOf(user['id'])), ['email', email], ['phone', phone]],
    traits: {
      name: textOf(profile['real_name']) ?? textOf(user['real_name']) ?? textOf(user['name']),
      title: textOf(profile['title']),
      timezone: textOf(user['tz']),
      email,
      phone,
    },
  };
}

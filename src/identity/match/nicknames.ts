import { nicknameLines } from './tables/nicknames.js';

const none: readonly string[] = [];
const shortForms = new Map<string, string[]>();
const fullForms = new Map<string, string[]>();

for (const line of nicknameLines.split('|')) {
  const [name, ...short] = line.trim().split(/\s+/);
  if (name === undefined || name === '') continue;
  shortForms.set(name, short);
  for (const one of short) fullForms.set(one, [...(fullForms.get(one) ?? []), name]);
}

/** The short forms of a given name: robert → bob, rob, … */
export function nicknamesOf(name: string): readonly string[] {
  return shortForms.get(name) ?? none;
}

/** The given names that a short form may stand for: bob → robert. */
export function namesOfNickname(nickname: string): readonly string[] {
  return fullForms.get(nickname) ?? none;
}

import { expect } from 'vitest';
import { catalogue, type Reason } from '../../src/platform/refusal.js';
import { counts } from '../isolation/dump.js';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

export interface Expected {
  readonly reason: Reason;
  readonly field?: string;
  readonly limit?: number;
  readonly status?: number;
}

/** What may never leave the server, wherever it comes from. */
const inside = /\bat .+\.[jt]s:\d+|node_modules|select .+ from|insert into|violates|pg_catalog|QueryFailedError|0x00/i;

/** Each error has a code, a reason of the catalogue that fits the code, a sentence, and nothing of our inside. */
export function expectWorded(answer: Pick<GraphqlAnswer, 'errors'>, about = ''): void {
  expect(answer.errors?.length, about).toBeGreaterThan(0);
  for (const error of answer.errors ?? []) {
    const { code, reason } = error.extensions;
    expect(Object.keys(catalogue), `${about}: ${JSON.stringify(error)}`).toContain(reason);
    expect(code, about).toBe(catalogue[reason as Reason]);
    expect(code, `${about}: ${JSON.stringify(error)}`).not.toBe('INTERNAL');
    expect(error.message.length, about).toBeGreaterThan(10);
    expect(JSON.stringify(error), about).not.toMatch(inside);
    expect(error.extensions, about).not.toHaveProperty('stacktrace');
  }
}

/** The request is refused for that reason and at that field, and no table has a row more or less. */
export async function expectRefused(
  it: TestService,
  ask: () => Promise<GraphqlAnswer>,
  { status, ...expected }: Expected,
  about = '',
): Promise<void> {
  await it.settled();
  const before = await counts(it.database.owner);
  const answer = await ask();
  expectWorded(answer, about);
  expect(answer.errors?.[0]?.extensions, about).toMatchObject(expected);
  if (status !== undefined) expect(answer.status, about).toBe(status);
  expect(await counts(it.database.owner), about).toEqual(before);
}

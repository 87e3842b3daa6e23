import { Injectable } from '@nestjs/common';
import { Refusal } from '../platform/refusal.js';
import type { Caller } from './caller.js';

/** Whether the customer of a profile was ever known by more than devices. */
export type KnowsVisitor = (workspace: number, profile: string) => Promise<boolean>;

/**
 * Holds tokens of visitors to what they prove: that it is the same browser. Once the visitor is known, by whomever and
 * however, her record may hold what is another’s, so the token ends. What a token opens never grows by itself: whoever
 * made a browser use an id that he knows sees nothing of who logs in there.
 */
@Injectable()
export class Visitors {
  #knows: KnowsVisitor | null = null;

  /** Who is known is a matter of identity, a floor above. */
  askBy(knows: KnowsVisitor): void {
    this.#knows = knows;
  }

  async hasOutgrown({ workspace, customer, isVisitor }: Caller): Promise<boolean> {
    if (!isVisitor) return false;
    if (!this.#knows) throw new Error('Nobody has said who is known.');
    return this.#knows(workspace, customer as string);
  }
}

export function outgrown(): Refusal {
  const sentence = 'This token was for a visitor whom nobody knew, and she is known by now: ask for a new one.';
  return new Refusal('TOKEN_OUTGROWN', sentence);
}

import { Injectable } from '@nestjs/common';
import { Authenticator } from '../access/authenticator.js';
import type { Caller } from '../access/caller.js';

/** Proves keys and tokens again and again while their bearers follow; those who have the same share one proof a turn. */
@Injectable()
export class LiveRights {
  readonly #proofs = new Map<string, Promise<Caller>>();

  constructor(private readonly authenticator: Authenticator) {}

  /** @throws Refusal when it is not, or no longer, valid */
  prove(secret: string): Promise<Caller> {
    const known = this.#proofs.get(secret);
    if (known) return known;
    const proof = this.authenticator.proveSecret(secret).finally(() => this.#proofs.delete(secret));
    this.#proofs.set(secret, proof);
    return proof;
  }
}

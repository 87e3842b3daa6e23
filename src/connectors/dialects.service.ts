import { Injectable } from '@nestjs/common';
import type { Dialect } from './intake.service.js';

type Find = (workspace: number, rest: string) => Dialect | null | Promise<Dialect | null>;

/** Every format that items come in by, found again by its name when a dead letter is replayed. */
@Injectable()
export class Dialects {
  readonly #known = new Map<string, Find>();

  /**
   * Called when a module starts.
   * @param kind the name of the dialect up to its first colon
   * @param find makes the dialect out of the rest of its name, such as a connector's id; null when that is gone
   */
  register(kind: string, find: Find): void {
    if (this.#known.has(kind)) throw new Error(`The dialect ${kind} is registered already.`);
    this.#known.set(kind, find);
  }

  async find(workspace: number, name: string): Promise<Dialect | null> {
    const [kind = '', ...rest] = name.split(':');
    return (await this.#known.get(kind)?.(workspace, rest.join(':'))) ?? null;
  }
}

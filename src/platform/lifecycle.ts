import { Injectable } from '@nestjs/common';

/** Where the process is between start and stop. */
@Injectable()
export class Lifecycle {
  #isStopping = false;
  readonly #whenStopping: (() => void)[] = [];

  /** True from the first moment of a shutdown, so that load balancers stop sending while requests in flight finish. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Runs at the first moment of a shutdown, before anything waits for connections to end. */
  whenStopping(act: () => void): void {
    this.#whenStopping.push(act);
  }

  beginStop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (const act of this.#whenStopping) act();
  }
}

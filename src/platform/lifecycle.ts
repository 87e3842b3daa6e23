import { Injectable } from '@nestjs/common';

/** Where the process is between start and stop. */
@Injectable()
export class Lifecycle {
  #isStopping = false;

  /** True from the first moment of a shutdown, so that load balancers stop sending while requests in flight finish. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  beginStop(): void {
    this.#isStopping = true;
  }
}

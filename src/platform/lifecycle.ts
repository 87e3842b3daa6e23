import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Where the process is between start and stop. */
@Injectable()
export class Lifecycle implements OnModuleDestroy {
  #isStopping = false;

  /** True from the first moment of a shutdown, so that load balancers stop sending while requests in flight finish. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  onModuleDestroy(): void {
    this.#isStopping = true;
  }
}

import { createClient } from 'graphql-ws';

/**
 * How fresh what is shown is. `live`: changes arrive as they are stored. `reconnecting`: the connection broke, and is being
 * made anew from the last cursor. `offline`: the browser has no network. `refused`: the key may not follow.
 */
export type LiveState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline' | 'refused';

/** What the service tells of a change, whatever else is selected. */
export interface Told {
  readonly cursor: string;
  readonly kind: string;
}

/** Whoever follows something. */
export interface Sink<Change extends Told> {
  /** Nothing has changed before this: what is asked for from now on misses nothing. Also after a cursor grew too old. */
  readonly begun: () => void;
  readonly changed: (change: Change) => void;
  /** It may not be followed, and will not be tried again. */
  readonly refused?: (message: string) => void;
}

interface ErrorOfApi {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const pingMs = 10_000;
const pongMsMax = 5_000;
const keptOpenMs = 3_000;
const firstWaitMs = 300;
const waitMsMax = 10_000;
/** The service’s word for: this key is not, or no longer, accepted. */
const closedForRights = 4403;

/**
 * One socket for everything that is followed. It is made anew when it breaks, and each subscription then goes on from its
 * own last cursor: the libraries’ own retries would send the first variables again, and miss what happened between.
 */
export class LiveConnection {
  readonly #client;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  #state: LiveState = 'idle';
  /** When what is shown was last known to be fresh. */
  #freshUntil: Date | null = null;
  #followed = 0;
  #isOpen = false;
  #isEnded = false;

  constructor(url: string, key: () => string | null | Promise<string | null>) {
    this.#client = createClient({
      url,
      connectionParams: async () => {
        const secret = await key();
        return secret ? { authorization: `Bearer ${secret}` } : {};
      },
      retryAttempts: 0,
      lazyCloseTimeout: keptOpenMs,
      keepAlive: pingMs,
      on: this.events(),
    });
    addEventListener('online', this.#onOnline);
    addEventListener('offline', this.#onOffline);
  }

  get state(): LiveState {
    return this.#state;
  }

  get freshUntil(): Date | null {
    return this.#freshUntil;
  }

  /** Calls whenever the state changes; answers with what ends that. */
  readonly onState = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows what a subscription with an argument `$after` asks for, until the answered function is called. */
  follow<Change extends Told>(query: string, variables: Record<string, unknown>, sink: Sink<Change>): () => void {
    const stopped = new AbortController();
    this.#followed++;
    if (this.#state === 'idle' || this.#state === 'refused') this.become(this.#isOpen ? 'live' : 'connecting');
    void this.goOn(query, variables, sink, stopped.signal);
    return () => {
      if (stopped.signal.aborted) return;
      stopped.abort();
      if (--this.#followed === 0) this.become('idle');
    };
  }

  /** Closes the socket for good. */
  end(): void {
    this.#isEnded = true;
    removeEventListener('online', this.#onOnline);
    removeEventListener('offline', this.#onOffline);
    for (const wake of this.#waiting) wake();
    void this.#client.dispose();
  }

  private async goOn<Change extends Told>(
    query: string,
    variables: Record<string, unknown>,
    sink: Sink<Change>,
    stopped: AbortSignal,
  ): Promise<void> {
    let after: string | null = null;
    let attempts = 0;
    const told = (change: Change) => {
      if (stopped.aborted) return;
      const isFirst = after === null;
      after = change.cursor;
      attempts = 0;
      if (isFirst) sink.begun();
      if (change.kind !== 'FOLLOWING') sink.changed(change);
    };
    while (!stopped.aborted && !this.#isEnded) {
      const end = await this.once(query, { ...variables, after }, told, stopped);
      if (stopped.aborted || this.#isEnded) return;
      const refusal = Array.isArray(end) ? (end[0] as ErrorOfApi) : null;
      if (refusal?.extensions?.['reason'] === 'CURSOR_EXPIRED') {
        after = null;
        continue;
      }
      const isRights = (end as CloseEvent | null)?.code === closedForRights;
      if (isRights || (refusal && refusal.extensions?.['code'] !== 'UNAVAILABLE')) {
        this.become('refused');
        sink.refused?.(refusal?.message ?? 'The key is not accepted any more.');
        return;
      }
      this.become(navigator.onLine ? 'reconnecting' : 'offline');
      await this.wait(Math.min(waitMsMax, firstWaitMs * 2 ** attempts++) * (0.5 + Math.random() / 2), stopped);
    }
  }

  /** One subscription until it ends, for whatever reason: errors of the API, an event of the socket, or null. */
  private once<Change>(
    query: string,
    variables: Record<string, unknown>,
    told: (change: Change) => void,
    stopped: AbortSignal,
  ): Promise<unknown> {
    return new Promise((resolve) => {
      const unsubscribe = this.#client.subscribe<Record<string, Change>>(
        { query, variables },
        {
          next: ({ data, errors }) => {
            if (errors) resolve(errors);
            else for (const change of Object.values(data ?? {})) told(change);
          },
          error: resolve,
          complete: () => resolve(null),
        },
      );
      stopped.addEventListener('abort', unsubscribe);
    });
  }

  /** Waits, but no longer than until the network is back. */
  private wait(ms: number, stopped: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        stopped.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(() => navigator.onLine && wake(), ms);
      this.#waiting.add(wake);
      stopped.addEventListener('abort', wake);
    });
  }

  /** A network that went away does not close sockets: who does not answer a ping in time is gone. */
  private events() {
    let impatience: ReturnType<typeof setTimeout> | undefined;
    return {
      connected: () => {
        this.#isOpen = true;
        if (this.#followed > 0) this.become('live');
      },
      closed: () => {
        this.#isOpen = false;
        clearTimeout(impatience);
      },
      ping: (received: boolean) => {
        if (!received) impatience = setTimeout(() => this.#client.terminate(), pongMsMax);
      },
      pong: (received: boolean) => {
        if (received) clearTimeout(impatience);
      },
    };
  }

  readonly #onOnline = () => {
    if (this.#state === 'offline') this.become(this.#followed > 0 ? 'reconnecting' : 'idle');
    for (const wake of this.#waiting) wake();
  };

  readonly #onOffline = () => {
    this.become('offline');
    this.#client.terminate();
  };

  private become(state: LiveState): void {
    if (this.#state === state) return;
    if (this.#state === 'live') this.#freshUntil = new Date();
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

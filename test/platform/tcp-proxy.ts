import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a service and its database, and takes the database away. */
export interface TcpProxy {
  /** The same URL, by way of the proxy. */
  readonly url: string;
  /** Connections are cut and new ones refused, as when the server is stopped. */
  cut(): void;
  /** Connections stay open and nothing gets through, as when a network is torn. */
  hold(): void;
  restore(): void;
  /** New connections go to another server. */
  leadTo(databaseUrl: string): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  let target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'cut' | 'held' = 'open';
  const server = createServer((client) => {
    if (state === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [upstream, client]] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
      one.pipe(other);
      if (state === 'held') one.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const all = () => [...pairs].flat();
  return {
    url: url.toString(),
    cut: () => {
      state = 'cut';
      for (const socket of all()) socket.destroy();
    },
    hold: () => {
      state = 'held';
      for (const socket of all()) socket.pause();
    },
    restore: () => {
      state = 'open';
      for (const socket of all()) socket.resume();
    },
    leadTo: (other) => {
      target = new URL(other);
    },
    stop: async () => {
      for (const socket of all()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

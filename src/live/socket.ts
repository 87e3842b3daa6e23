import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

const pingMs = 12_000;

/** Resolves when the message has left this process: who does not read is not sent the next one. */
export function send(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Asks again and again whether somebody is there; who does not answer until the next time is cut off. */
export function keepAlive(socket: WebSocket): () => void {
  let isThere = true;
  socket.on('pong', () => {
    isThere = true;
  });
  const timer = setInterval(() => {
    if (!isThere) socket.terminate();
    isThere = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, pingMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** The reason of a close has room for 123 bytes. */
export function closeReason(reason: string, sentence: string): string {
  const text = `${reason}: ${sentence}`;
  return Buffer.byteLength(text) <= 123 ? text : reason;
}

/** Answers a request to open a socket as HTTP, and ends it. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

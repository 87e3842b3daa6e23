import net from 'node:net';
import { performance } from 'node:perf_hooks';
import type { LoadResult, LoadTask } from './load.js';

const headerEnd = Buffer.from('\r\n\r\n');
const chunkedEnd = Buffer.from('0\r\n\r\n');

/**
 * One keep-alive connection that sends prepared bytes and waits for the whole answer. It reads no more of HTTP than
 * it needs, so that the load costs little beside what is measured.
 */
class Connection {
  readonly #socket: net.Socket;
  #chunks: Buffer[] = [];
  #length = 0;
  #expected = -1;
  #isChunked = false;
  #bodyAt = 0;
  #done: ((answer: Buffer, bodyAt: number) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  constructor(port: number) {
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#failed?.(error));
    this.#socket.on('close', () => this.#failed?.(new Error('The server closed the connection.')));
  }

  send(request: Buffer): Promise<{ answer: Buffer; bodyAt: number }> {
    return new Promise((resolve, reject) => {
      this.#chunks = [];
      this.#length = 0;
      this.#expected = -1;
      this.#done = (answer, bodyAt) => resolve({ answer, bodyAt });
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  end(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#expected < 0 && !this.#readHead()) return;
    if (this.#isChunked ? !chunk.subarray(-5).equals(chunkedEnd) : this.#length < this.#expected) return;
    this.#done?.(this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks), this.#bodyAt);
  }

  #readHead(): boolean {
    const head = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [head];
    const end = head.indexOf(headerEnd);
    if (end < 0) return false;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head.toString('latin1', 0, end + 2))?.[1];
    this.#isChunked = length === undefined;
    this.#bodyAt = end + 4;
    this.#expected = this.#bodyAt + Number(length ?? 0);
    return true;
  }
}

function bytesOf(task: LoadTask, body: string): Buffer {
  const bytes = Buffer.from(body);
  const headers = Object.entries({
    host: `127.0.0.1:${task.port}`,
    'content-type': 'application/json',
    ...task.headers,
    'content-length': String(bytes.length),
  });
  const head = `POST ${task.path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

function errorOf(task: LoadTask, answer: Buffer, bodyAt: number): string | null {
  const status = answer.toString('latin1', 9, 12);
  const starts = answer.toString('utf8', bodyAt, bodyAt + 400);
  if (status !== '200') return `status ${status}: ${starts}`;
  // After the size of the first chunk, where the answer is chunked.
  if (!starts.replace(/^[0-9a-f]+\r\n/, '').startsWith(task.answerStart)) return starts;
  const never = task.answerNever ? answer.indexOf(task.answerNever, bodyAt) : -1;
  return never < 0 ? null : `… ${answer.toString('utf8', Math.max(bodyAt, never - 200), never + 400)} …`;
}

async function run(task: LoadTask): Promise<LoadResult> {
  const requests = task.bodies.map((body) => bytesOf(task, body));
  const latencies: number[] = [];
  let errors = 0;
  let firstError: string | null = null;
  let bytes = 0;
  let next = 0;
  const connections = Array.from({ length: task.connections }, () => new Connection(task.port));
  const started = performance.now();
  const last = task.requestsMax ?? Number.POSITIVE_INFINITY;
  const ends = started + (task.durationMs ?? Number.POSITIVE_INFINITY);
  const work = async (connection: Connection) => {
    while (next < last && performance.now() < ends) {
      const request = requests[next++ % requests.length] as Buffer;
      const sent = performance.now();
      try {
        const { answer, bodyAt } = await connection.send(request);
        latencies.push(performance.now() - sent);
        bytes += answer.length;
        const error = errorOf(task, answer, bodyAt);
        if (error === null) continue;
        errors++;
        firstError ??= error;
      } catch (error) {
        errors++;
        firstError ??= (error as Error).message;
        return;
      }
    }
  };
  await Promise.all(connections.map(work));
  const seconds = (performance.now() - started) / 1000;
  for (const connection of connections) connection.end();
  return { requests: latencies.length, errors, firstError, seconds, bytes, latencies };
}

process.on('message', (task: LoadTask) => {
  run(task).then((result) => process.send?.(result));
});

import http from 'node:http';
import pg from 'pg';

/**
 * The floor: bare `node:http` and one prepared statement as owner, without row-level security, key or transaction.
 * A request is the statement's values; the answer is its text, written straight through.
 */
interface FloorSettings {
  readonly url: string;
  readonly sql: string;
  readonly poolSize: number;
}

process.once('message', (settings: FloorSettings) => {
  const pool = new pg.Pool({
    connectionString: settings.url,
    options: '-c plan_cache_mode=force_generic_plan -c timezone=UTC',
    max: settings.poolSize,
  });
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      try {
        const values = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        const { rows } = await pool.query<string[]>({ name: 'floor', text: settings.sql, values, rowMode: 'array' });
        const body = `{"data":${rows[0]?.[0]}}`;
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
        response.end(body);
      } catch (error) {
        response.writeHead(500).end((error as Error).message);
      }
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
});

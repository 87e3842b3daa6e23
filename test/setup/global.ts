import { startTestPostgres } from './postgres.js';

/** Starts the one Postgres of the run; every test file gets its own database on it. */
export default async function setup(): Promise<() => Promise<void>> {
  const { ownerUrl, stop } = await startTestPostgres();
  process.env['TEST_POSTGRES_URL'] = ownerUrl;
  return stop;
}

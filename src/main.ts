import { readConfig } from './platform/config.js';
import { type RunningService, startService } from './service.js';

/** Long enough for every request in flight; after it the process ends anyway. */
const shutdownMsMax = 25_000;

async function main(): Promise<void> {
  const config = readConfig();
  const stopAsked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
  const service = await startService(config);
  // Whoever reads this line may send a signal at once: the handlers stand before it is written.
  process.stdout.write(`Throughline listens at ${service.url}/graphql\n`);
  if (service.firstKey) {
    process.stdout.write(`First admin key, shown this once: ${service.firstKey}\n`);
  }
  await stopAsked;
  await stop(service);
}

async function stop(service: RunningService): Promise<void> {
  setTimeout(() => process.exit(1), shutdownMsMax).unref();
  try {
    await service.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`The service did not stop cleanly: ${String(error)}\n`);
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

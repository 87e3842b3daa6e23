import { readConfig } from './platform/config.js';
import { type RunningService, startService } from './service.js';

/** Long enough for every request in flight; after it the process ends anyway. */
const shutdownMsMax = 25_000;

async function main(): Promise<void> {
  const config = readConfig();
  const service = await startService(config);
  process.stdout.write(`Throughline listens at ${service.url}/graphql\n`);
  if (service.firstKey) {
    process.stdout.write(`First admin key, shown this once: ${service.firstKey}\n`);
  }
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void stop(service);
    });
  }
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

/** Returns once the clock shows a later millisecond, so that what comes next has a time of its own. */
export async function nextMillisecond(): Promise<void> {
  const before = Date.now();
  while (Date.now() <= before + 1) await new Promise((resolve) => setImmediate(resolve));
}

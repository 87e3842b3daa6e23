/** Where to go on after signing in: a page of the console, and nothing else. */
export function returnPath(kept: string): string {
  const isOurs = /^\/console(\/|\?|$)/.test(kept) && !kept.startsWith('/console/signed-in');
  return isOurs ? kept : '/console/';
}

const place = 'throughline.key';
const listeners = new Set<() => void>();

/** The key of whoever signed in. In the session only: it goes when the tab does. */
export function currentKey(): string | null {
  return sessionStorage.getItem(place);
}

export function signIn(key: string): void {
  sessionStorage.setItem(place, key);
  tell();
}

export function signOut(): void {
  sessionStorage.removeItem(place);
  tell();
}

/** Called when somebody signs in or out. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes a key that came behind the `#` of the address, which no server sees, and clears it from there. */
export function takeKeyFromAddress(): void {
  const key = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (!key) return;
  signIn(decodeURIComponent(key));
  history.replaceState(null, '', location.pathname + location.search);
}

function tell(): void {
  for (const listener of listeners) listener();
}

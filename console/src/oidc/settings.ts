/** Where people sign in, as the service says. */
export interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
}

/** Null where there is no issuer, or it cannot be known: a key does it then. */
export async function signInSettings(): Promise<SignInSettings | null> {
  try {
    const response = await fetch('/console/settings.json');
    const { signIn }: { readonly signIn: SignInSettings | null } = await response.json();
    return signIn;
  } catch {
    return null;
  }
}

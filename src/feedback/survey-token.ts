import { createHash } from 'node:crypto';

const shape = /^tls_([0-9a-z]{1,6})_([\w-]{43})$/;
const workspaceMax = 2_147_483_647;

/**
 * What an invitation is answered by. It says its workspace, since who answers has no key that would; what proves it is
 * the secret behind, which nobody guesses.
 */
export function surveyToken(workspace: number, randomBytes: (size: number) => Buffer): string {
  return `tls_${workspace.toString(36)}_${randomBytes(32).toString('base64url')}`;
}

/** The workspace that a token says; null when it can be none of ours. */
export function workspaceOfToken(token: string): number | null {
  const workspace = Number.parseInt(shape.exec(token)?.[1] ?? '', 36);
  return workspace > 0 && workspace <= workspaceMax ? workspace : null;
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A small number of who sends: many addresses share one, so that what is counted by it never grows. */
export function bucketOf(address: string): number {
  return createHash('sha256').update(address).digest().readUInt16BE(0) % 1024;
}

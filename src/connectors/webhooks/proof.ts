import type { VerifyContext, WebhookKind, WebhookRequest } from './webhook-kind.js';
import { carriesSecret } from './webhook-proof.js';

/** Whether a request comes from whom it should, by any of the secrets that are valid now. */
export async function isProven(
  kind: WebhookKind,
  request: WebhookRequest,
  secrets: readonly string[],
  context: VerifyContext,
): Promise<boolean> {
  const tried = kind.secretFrom === 'nobody' ? [''] : secrets;
  for (const secret of tried) {
    if (kind.proof === 'none' ? carriesSecret(request, secret) : await kind.verify?.(request, secret, context)) {
      return true;
    }
  }
  return false;
}

import { validateSync } from 'class-validator';
import { type Reason, Refusal } from './refusal.js';

/** What a rule of class-validator refuses with: `@Length(1, 200, refuses('TOO_LONG', '…', 200))`. */
export function refuses(reason: Reason, message: string, limit?: number) {
  return { message, context: { reason, limit } };
}

/**
 * Holds an object against the rules that its class declares; the first that is broken is the refusal.
 * @param path of the object in the input, such as `input`
 */
export function requireValid(value: object, path: string): void {
  const [error] = validateSync(value, { stopAtFirstError: true });
  if (!error) return;
  const [rule, message] = Object.entries(error.constraints ?? {})[0] ?? ['', 'This value is not valid.'];
  const { reason, limit } = (error.contexts?.[rule] ?? {}) as { reason?: Reason; limit?: number };
  throw new Refusal(reason ?? 'INPUT_INVALID', message, { field: `${path}.${error.property}`, limit });
}

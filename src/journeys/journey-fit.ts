import { type Definition, stepOf } from './blueprint.js';
import { fold, type JourneyEvent, type JourneyState } from './journey-state.js';
import { wrongFields } from './step-schema.js';

/** What a journey would be by another version of its blueprint, or why it does not fit that. */
export type Fit = { readonly state: JourneyState } | { readonly reason: string; readonly fields: readonly string[] };

/**
 * A journey fits another version when everything that happened to it brings it there to the same step, and that
 * version’s schemas take what each step was told.
 */
export function fitOf(state: JourneyState, events: readonly JourneyEvent[], definition: Definition, now: number): Fit {
  const unfit = (reason: string, fields: readonly string[] = []) => ({ reason, fields });
  const missing = [state.step, ...Object.keys(state.data)].find((key) => !stepOf(definition, key));
  if (missing !== undefined) return unfit(`The version has no step ‘${missing}’.`);
  const wrong = Object.entries(state.data).flatMap(([key, data]) =>
    wrongFields(stepOf(definition, key)?.schema ?? null, data, `state.${key}`, key === state.step),
  );
  const [first] = wrong;
  if (first) {
    return unfit(
      `The version does not take what the steps were told: ${first.field} ${first.message}.`,
      wrong.map(({ field }) => field),
    );
  }
  const there = fold(events, definition, now);
  if (!there) return unfit('By the version nothing that happened would have begun it.');
  if (there.step !== state.step) return unfit(`It would be on ‘${there.step}’, not on ‘${state.step}’.`);
  if (there.status !== state.status) return unfit(`It would be ${there.status}, not ${state.status}.`);
  return { state: there };
}

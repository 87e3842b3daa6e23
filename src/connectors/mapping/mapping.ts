import type { Path } from './path.js';
import type { Template } from './template.js';
import type { Transform } from './transform.js';

export type Scalar = string | number | boolean;

/** Where a value comes from, and what happens to it on the way: `apply`, then `map`, and `default` when nothing is left. */
export interface Value {
  readonly from:
    | { readonly path: Path }
    | { readonly constant: unknown }
    | { readonly template: Template }
    | { readonly first: readonly Value[] };
  readonly apply: readonly Transform[];
  /** Their word → ours; `*` stands for every other. */
  readonly map?: ReadonlyMap<string, Scalar> | undefined;
  readonly default?: Scalar | undefined;
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | {
      readonly path: Path;
      readonly is?: readonly string[] | undefined;
      readonly exists?: boolean | undefined;
      readonly contains?: string | undefined;
      readonly startsWith?: string | undefined;
    };

export type Fields = Readonly<Partial<Record<string, Value>>>;

export interface IdentifierRule {
  readonly when?: Condition | undefined;
  readonly type: Value;
  readonly value: Value;
  readonly region?: Value | undefined;
  readonly verification?: Value | undefined;
}

export interface TouchpointRule {
  readonly each?: Path | undefined;
  readonly when?: Condition | undefined;
  readonly scalars: Fields;
  readonly identifiers: readonly IdentifierRule[];
  readonly traits?: Path | Fields | undefined;
  readonly attributes?: Path | Fields | undefined;
  readonly references: Readonly<Partial<Record<string, { readonly externalId: Value; readonly source?: Value }>>>;
}

/** From an arbitrary payload to touchpoints: data, not code. `docs/import.md` describes the language. */
export interface Mapping {
  readonly skip?: Condition | undefined;
  readonly touchpoints: readonly TouchpointRule[];
}

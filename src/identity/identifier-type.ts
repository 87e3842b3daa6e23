/** How two values of a type are compared; `docs/identity.md` says what each does. */
export type Comparison = 'exact' | 'email' | 'phone';

/** A kind of identifier in one workspace. */
export interface IdentifierType {
  readonly name: string;
  /** 1 is the strongest; of the identifiers in a conflict the weakest is demoted. */
  readonly priority: number;
  /** How many values of this type one customer may have. */
  readonly limitPerCustomer: number;
  /** Two customers with different values of a unique type are never joined by a rule. */
  readonly isUnique: boolean;
  readonly comparison: Comparison;
}

const type = (name: string, priority: number, limitPerCustomer: number, comparison: Comparison = 'exact') => ({
  name,
  priority,
  limitPerCustomer,
  isUnique: limitPerCustomer === 1,
  comparison,
});

/** What a new workspace starts with. */
export const defaultIdentifierTypes: readonly IdentifierType[] = [
  type('user_id', 1, 1),
  type('crm_id', 2, 1),
  type('email', 3, 5, 'email'),
  type('phone', 4, 5, 'phone'),
  type('whatsapp', 4, 5, 'phone'),
  ...['facebook', 'instagram', 'x', 'telegram', 'line', 'linkedin', 'slack'].map((name) => type(name, 5, 5)),
  type('device_id', 6, 20),
  type('anonymous_id', 7, 100),
];

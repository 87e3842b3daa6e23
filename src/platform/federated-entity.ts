import type { Type } from '@nestjs/common';

const classes: Type<object>[] = [];

/** Marks a type with a global id as one that other subgraphs of a federated graph may refer to: `@key(fields: "id")`. */
export function FederatedEntity(): ClassDecorator {
  return (type) => void classes.push(type as unknown as Type<object>);
}

/** Every class that is marked; complete once all modules are loaded. */
export function federatedEntities(): readonly Type<object>[] {
  return classes;
}

import { ResolveField, Resolver } from '@nestjs/graphql';
import { Customer } from '../identity/customer.types.js';
import { answeredByComposer } from '../platform/page.js';
import { Signal } from './signals.types.js';

@Resolver(() => Customer)
export class CustomerSignalsResolver {
  @ResolveField(() => [Signal], {
    description: 'What whoever serves her should mind, the gravest first, then the latest: at most 50.',
  })
  signals(): Signal[] {
    return answeredByComposer();
  }
}

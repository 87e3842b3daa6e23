import { ResolveField, Resolver } from '@nestjs/graphql';
import { Customer } from '../identity/customer.types.js';
import { answeredByComposer } from '../platform/page.js';
import { RoutingHints } from './routing.types.js';

@Resolver(() => Customer)
export class CustomerRoutingResolver {
  @ResolveField(() => RoutingHints, {
    description: 'What a queue needs to know before somebody answers her, each with its reason.',
  })
  routing(): RoutingHints {
    return answeredByComposer();
  }
}

import { Args, ID, Resolver, Subscription } from '@nestjs/graphql';
import { Access } from '../platform/field-access.js';
import type { ChangeKind as ChangeKindWord } from './change.js';
import { Change, ChangeKind } from './change.types.js';

const after = { type: () => String, nullable: true } as const;
const afterWhat = 'Go on after this `cursor`. Left out: from now on, and the first answer (FOLLOWING) gives a cursor.';

/** The body of a subscription: it only declares the field; `Live` answers it on sockets and streams. */
function answeredLive(): never {
  throw new Error('Subscriptions are answered by Live.');
}

/** What can be followed. Each subscription is one of these fields. */
@Resolver()
export class ChangesResolver {
  @Subscription(() => Change, {
    description:
      'What happens to a customer: touchpoints, issues, journeys, segments, identity. It goes on through merges, and when ' +
      'they are taken back, with the customer to whom the id belongs then.',
  })
  @Access('customers:read', { customer: true })
  customerChanged(
    @Args('id', { type: () => ID, description: 'Any id that the customer has or had.' }) _id: string,
    @Args('after', { ...after, description: afterWhat }) _after?: string,
  ): never {
    return answeredLive();
  }

  @Subscription(() => Change, { description: 'What happens to an issue, with its touchpoints.' })
  @Access('customers:read', { customer: true })
  issueChanged(
    @Args('id', { type: () => ID, description: 'Its global id.' }) _id: string,
    @Args('after', { ...after, description: afterWhat }) _after?: string,
  ): never {
    return answeredLive();
  }

  @Subscription(() => Change, { description: 'What happens to a journey, with its touchpoints.' })
  @Access('customers:read', { customer: true })
  journeyChanged(
    @Args('id', { type: () => ID, description: 'Its global id.' }) _id: string,
    @Args('after', { ...after, description: afterWhat }) _after?: string,
  ): never {
    return answeredLive();
  }

  @Subscription(() => Change, { description: 'Everything that happens in the workspace.' })
  @Access('customers:read')
  workspaceChanged(
    @Args('kinds', { type: () => [ChangeKind], nullable: true, description: 'Only these kinds.' })
    _kinds?: ChangeKindWord[],
    @Args('after', { ...after, description: afterWhat }) _after?: string,
  ): never {
    return answeredLive();
  }
}

import { Int, ResolveField, Resolver } from '@nestjs/graphql';
import { answeredByComposer } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { CustomerMetrics } from '../touchpoints/activity.types.js';
import { Attitude } from './attitude.types.js';

/** What the window of 30 days adds to the figures of a customer: docs/signals.md has every formula. */
@Resolver(() => CustomerMetrics)
export class CustomerMetricsResolver {
  @ResolveField(() => Int, {
    description:
      'Occasions of 30 days: INBOUND contacts that began anew, not within an hour of the INBOUND one before in ' +
      'their conversation.',
  })
  occasions30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    description: 'Occasions of 30 days about a topic that an occasion of the 7 days before was about too.',
  })
  repeatOccasions30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, { nullable: true, description: 'The longest that she waited in a contact of 30 days.' })
  longestWaitSeconds30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, { description: 'INBOUND contacts of 30 days in which nobody answered before she gave up.' })
  abandonedContacts30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    description:
      'How often in 30 days she was passed on: to another agent within a conversation, or by a contact outside of ' +
      'conversations whose outcome is `transferred`.',
  })
  transfers30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    description: 'Occasions of 30 days within 24 hours after she was on WEB or APP about the same topic or journey.',
  })
  selfServiceThenContact30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    description: 'Changes of channel or agent within a matter in 30 days to which the context came along.',
  })
  carriedOver30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    description: 'Changes of channel or agent within a matter in 30 days at which she started over.',
  })
  startedOver30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    description:
      'How often in 30 days she told the same story, of the one that she told most often: once, and again each time ' +
      'that she started over about its topic. 0 when she told none.',
  })
  storyTold30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    description:
      'What 30 days cost her, from 0 (nothing) to 100: points for occasions that repeat, transfers, contacts given up, ' +
      'starting over, channels changed, help not found, and waiting.',
  })
  effortScore30d(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Int, {
    nullable: true,
    description:
      'From -100 to 100: twice the mean sentiment of 30 days and once what they cost her; null with fewer than three ' +
      'touchpoints that have a sentiment.',
  })
  attitudeScore(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Attitude, { nullable: true, description: 'What that comes to; null where it is.' })
  attitude(): string {
    return answeredByComposer();
  }

  @ResolveField(() => DateTime, { nullable: true, description: 'When people first talked with her.' })
  firstContactAt(): string {
    return answeredByComposer();
  }

  @ResolveField(() => Int, { nullable: true, description: 'Whole days since then.' })
  daysSinceFirstContact(): number {
    return answeredByComposer();
  }
}

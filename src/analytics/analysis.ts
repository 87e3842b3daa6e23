import { ObjectType } from '@nestjs/graphql';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import type { AnalyticsFilter, Bucket } from './analytics.types.js';
import type { GroupingArgs } from './grouping.args.js';
import type { Grouping } from './groups.js';
import { type Question, questionOf, requireBuckets, requireFirst } from './question.js';

/** One use of the field `analytics`: its question, and how often it was asked. */
@ObjectType('Analytics', { description: 'Figures of a span of time; docs/analytics.md has every formula.' })
export class Analysis {
  readonly #question: Question;
  #asked = 0;

  constructor(filter: AnalyticsFilter) {
    this.#question = questionOf(filter);
  }

  /** The question, for one statement: each costs the database as much as thousands of ordinary queries. */
  ask(): Question {
    this.#asked += 1;
    const limit = limits.analysesPerQueryMax;
    if (this.#asked > limit) {
      throw new Refusal('TOO_MANY', `Ask at most ${limit} analyses in one query.`, { field: 'analytics', limit });
    }
    return this.#question;
  }

  grouping({ by, bucket, first }: GroupingArgs): Grouping {
    requireBuckets(this.#question, bucket ?? null, 'bucket');
    return { by: by ?? null, bucket: bucket ?? null, first: requireFirst(first, limits.analyticsRowsMax, 'first') };
  }

  /** Cohorts and their pieces of time are a square. */
  requireCohorts(bucket: Bucket): void {
    requireBuckets(this.#question, bucket, 'bucket', limits.analyticsCohortsMax);
  }
}

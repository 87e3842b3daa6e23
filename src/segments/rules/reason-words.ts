import { durationText } from '../../platform/duration.js';
import type { Bounds } from './bounds.js';
import type {
  Condition,
  FeedbackCondition,
  InvitationsCondition,
  IssuesCondition,
  ScoreCondition,
  TraitCondition,
} from './conditions.js';

/** A condition in words, with what was seen of it. */
export function sentence(condition: Condition, observed: unknown): string {
  if ('trait' in condition) return `trait ${condition.trait} is ${valueText(observed)} (${traitTest(condition)})`;
  if ('identifier' in condition) {
    const { identifier, domain, verified } = condition;
    const what =
      domain !== undefined ? `${identifier} at ${domain}` : `${verified === undefined ? '' : 'verified '}${identifier}`;
    return observed === true ? `has ${what}` : `has no ${what}`;
  }
  if ('touchpoints' in condition) {
    const { channel, direction, kind, topic, within } = condition.touchpoints;
    return [
      count(observed, 'touchpoint'),
      ...(direction ? [direction.join(' or ')] : []),
      ...(channel ? ['on', channel.join(' or ')] : []),
      ...(kind ? ['of kind', kind.join(' or ')] : []),
      ...(topic ? ['about', topic.join(' or ')] : []),
      ...(within === undefined ? [] : ['in', durationText(within)]),
      `(${bounds(condition)})`,
    ].join(' ');
  }
  if ('lastSeen' in condition) {
    const { channel, direction } = condition.lastSeen;
    const tests = [
      ...(condition.before === undefined ? [] : [`not within ${durationText(condition.before)}`]),
      ...(condition.within === undefined ? [] : [`within ${durationText(condition.within)}`]),
    ];
    return [
      'last seen',
      ...(direction ? [direction.join(' or ')] : []),
      ...(channel ? ['on', channel.join(' or ')] : []),
      observed === null ? 'never' : `at ${String(observed)}`,
      `(${tests.join(' and ')})`,
    ].join(' ');
  }
  if ('openIssues' in condition) return issueText('open issue', condition.openIssues, condition, observed);
  if ('issues' in condition) return issueText('issue', condition.issues, condition, observed);
  if ('identifiers' in condition) {
    const { type, verified } = condition.identifiers;
    const proof = verified === undefined ? '' : verified ? 'verified ' : 'unverified ';
    return `${count(observed, `${proof}identifier`)}${ofWords(' of type', type)} (${bounds(condition)})`;
  }
  if ('journeys' in condition) {
    const { blueprint, status, step, stuck, within } = condition.journeys;
    return [
      count(observed, `${stuck === undefined ? '' : stuck ? 'stuck ' : 'unhindered '}journey`),
      ofWords(' of', blueprint),
      ofWords(' that is', status),
      ofWords(' at step', step),
      within === undefined ? '' : ` begun in ${durationText(within)}`,
      ` (${bounds(condition)})`,
    ].join('');
  }
  if ('feedback' in condition) return feedbackText(condition, observed);
  if ('invitations' in condition) return invitationsText(condition, observed);
  if ('score' in condition) return scoreText(condition, observed);
  if ('metric' in condition) return `${condition.metric} is ${valueText(observed)} (${bounds(condition)})`;
  return `${observed === true ? 'is' : 'is not'} in segment ${condition.segment}`;
}

function feedbackText(condition: FeedbackCondition, observed: unknown): string {
  const { survey, kind, class: classes, channel, within } = condition.feedback;
  return [
    count(observed, 'answer'),
    ofWords(' to', survey),
    ofWords(' of', kind),
    ofWords(' as', classes),
    ofWords(' on', channel),
    within === undefined ? '' : ` in ${durationText(within)}`,
    ` (${bounds(condition)})`,
  ].join('');
}

function invitationsText(condition: InvitationsCondition, observed: unknown): string {
  const { survey, state, within } = condition.invitations;
  return [
    count(observed, 'survey invitation'),
    ofWords(' to', survey),
    ofWords(' that is', state),
    within === undefined ? '' : ` sent in ${durationText(within)}`,
    ` (${bounds(condition)})`,
  ].join('');
}

function scoreText(condition: ScoreCondition, observed: unknown): string {
  const { pick, survey, kind, within } = condition.score;
  const window = within === undefined ? '' : ` of ${durationText(within)}`;
  return `${pick} score${ofWords(' for', kind ? [kind] : survey ? [survey] : undefined)}${window} is ${valueText(observed)} (${bounds(condition)})`;
}

function issueText(
  noun: string,
  { status, priority, topic, slaBreached, olderThan, within }: Partial<IssuesCondition['issues']>,
  condition: Bounds,
  observed: unknown,
): string {
  return [
    count(observed, noun),
    ofWords(' that is', status),
    ofWords(' of priority', priority),
    ofWords(' about', topic),
    slaBreached === undefined ? '' : ` ${slaBreached ? 'past' : 'within'} what was promised`,
    olderThan === undefined ? '' : ` opened at least ${durationText(olderThan)} ago`,
    within === undefined ? '' : ` opened in ${durationText(within)}`,
    ` (${bounds(condition)})`,
  ].join('');
}

function ofWords(what: string, words: readonly string[] | undefined): string {
  return words === undefined ? '' : `${what} ${words.join(' or ')}`;
}

function count(observed: unknown, noun: string): string {
  return `${Number(observed)} ${noun}${observed === 1 ? '' : 's'}`;
}

function bounds({ atLeast, atMost }: Bounds): string {
  if (atLeast === atMost) return `exactly ${atLeast}`;
  if (atMost === undefined) return `at least ${atLeast}`;
  return atLeast === undefined ? `at most ${atMost}` : `${atLeast} to ${atMost}`;
}

function traitTest(condition: TraitCondition): string {
  if (condition.is !== undefined) return `is ${valueText(condition.is)}`;
  if (condition.in !== undefined) return `one of ${condition.in.map(valueText).join(', ')}`;
  if (condition.exists !== undefined) return condition.exists ? 'is known' : 'is not known';
  if (condition.contains !== undefined) return `contains ${condition.contains}`;
  if (condition.before !== undefined || condition.after !== undefined) {
    const after = condition.after === undefined ? [] : [`after ${new Date(condition.after).toISOString()}`];
    const before = condition.before === undefined ? [] : [`before ${new Date(condition.before).toISOString()}`];
    return [...after, ...before].join(' and ');
  }
  return bounds(condition);
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'not known';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

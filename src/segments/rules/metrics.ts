import { windowFigures } from '../../signals/metrics.sections.js';
import { figureColumns } from '../../touchpoints/activity.sections.js';

const daysSinceFirstContact = 'daysSinceFirstContact';

/** Figures of 30 days by their names in `Customer.metrics`, and where each is found. */
export const figuresOfWindow: Readonly<Record<string, string>> = windowFigures;
export const figuresOfActivity: Readonly<Record<string, string>> = figureColumns;

/** The figures of `Customer.metrics` that a rule may test. */
export const metricNames: readonly string[] = [
  ...Object.keys(figuresOfActivity),
  ...Object.keys(figuresOfWindow),
  daysSinceFirstContact,
];

export const isDaysSinceFirstContact = (metric: string) => metric === daysSinceFirstContact;

const seconds = '{ count average median p90 }';
const share = '{ count of rate low high }';

/** What each analysis is measured by: all that it answers. */
export const questions: Readonly<Record<string, string>> = {
  'service by day': `service(bucket: DAY) { touchpoints contacts abandonment ${share} wait ${seconds} hold ${seconds} handle ${seconds} }`,
  'service by queue and week': `service(by: QUEUE, bucket: WEEK) { key touchpoints contacts abandonment ${share} wait ${seconds} }`,
  'resolution by topic': `resolution(by: TOPIC) { key occasions firstResponse ${seconds} repeats ${share} firstContactResolution ${share} transfers ${share} resolved ${share} resolution ${seconds} }`,
  'self-service by channel': `selfService(by: CHANNEL) { key visits containment ${share} leakToPhone ${share} }`,
  'paths of customers by channel': `paths { cases variants { steps cases } steps { step times ends } transitions { from to between ${seconds} } links { place from to cases } }`,
  'paths of conversations by kind': `paths(of: CONVERSATION, by: KIND) { cases variants { steps cases } steps { step times ends } transitions { from to between ${seconds} } links { place from to cases } }`,
  'retention by month': `retention(bucket: MONTH) { cohortAt customers periods { bucketAt active ${share} } }`,
};

/** The columns without which there is no log of events. */
export const xesColumns = ['case:concept:name', 'concept:name', 'time:timestamp'] as const;

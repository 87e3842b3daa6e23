/** From alone to together: the order never changes, so that the eye learns it. */
export const lanes = ['WEB', 'APP', 'EMAIL', 'SMS', 'SOCIAL', 'CHAT', 'CALL', 'STORE'] as const;

export type Channel = (typeof lanes)[number] | 'OTHER';

const names: Readonly<Record<Channel, string>> = {
  WEB: 'Web',
  APP: 'App',
  EMAIL: 'E-mail',
  SMS: 'SMS',
  SOCIAL: 'Social',
  CHAT: 'Chat',
  CALL: 'Call',
  STORE: 'Store',
  OTHER: 'Other',
};

export function channelName(channel: Channel): string {
  return names[channel];
}

/** The lane of a channel; what is on no lane of its own runs right of the last. */
export function laneOf(channel: Channel): number {
  const lane = (lanes as readonly string[]).indexOf(channel);
  return lane < 0 ? lanes.length : lane;
}

/** The colour of a channel, as a custom property. */
export function colourOf(channel: Channel): string {
  return `var(--${channel.toLowerCase()})`;
}

/** Stored as its place in this list: append only. */
export const preferenceKinds = ['CHANNELS', 'LANGUAGE', 'TIME_ZONE', 'HOURS', 'AGENT', 'DO_NOT_DISTURB'] as const;
export type PreferenceKind = (typeof preferenceKinds)[number];

export const kindCode = (kind: PreferenceKind) => preferenceKinds.indexOf(kind);

/** Who stated something; stored as its place in this list: append only. */
export const staters = ['CUSTOMER', 'AGENT', 'SENDER'] as const;
export type Stater = (typeof staters)[number];

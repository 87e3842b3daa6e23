const minuteMs = 60_000;

/** A time before this minute, as ISO 8601. The story ends today, whenever it is told. */
export type Ago = (days: number, hours?: number, minutes?: number) => string;

export function clockBefore(now: number): Ago {
  const minute = now - (now % minuteMs);
  return (days, hours = 0, minutes = 0) =>
    new Date(minute - ((days * 24 + hours) * 60 + minutes) * minuteMs).toISOString();
}

export function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString();
}

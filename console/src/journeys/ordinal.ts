/** `1st`, `2nd` …: which channel of a journey. */
export function ordinal(place: number): string {
  return ['1st', '2nd', '3rd'][place - 1] ?? `${place}th`;
}

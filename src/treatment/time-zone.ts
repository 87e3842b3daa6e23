import { IANAZone } from 'luxon';
import { Refusal } from '../platform/refusal.js';

/** Refuses what is no name of a time zone, before the database is asked whether it knows it too. */
export function checkTimeZone(timeZone: string, field: string): void {
  if (!IANAZone.isValidZone(timeZone)) refuseTimeZone(field);
}

export function refuseTimeZone(field: string): never {
  throw new Refusal('INPUT_INVALID', 'A time zone has an IANA name, such as Europe/Vienna.', { field });
}

/** Times of work, for all modules that deal with them. Everything is in UTC. */

export interface Slot {
  start: Date;
  end: Date;
}

export const OPENS = 8;
export const CLOSES = 18;

/** The time from a start, or nothing if the start is not a time. */
export function slot(start: string, minutes: number): Slot | undefined {
  const time = Date.parse(start);
  if (Number.isNaN(time) || minutes <= 0) return undefined;
  return { start: new Date(time), end: new Date(time + minutes * 60_000) };
}

/** Whether somebody works during all of this time. */
export function isOpen({ start, end }: Slot): boolean {
  const opens = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate(), OPENS);
  const closes = opens + (CLOSES - OPENS) * 3_600_000;
  const weekend = start.getUTCDay() === 0 || start.getUTCDay() === 6;
  return !weekend && start.getTime() >= opens && end.getTime() <= closes;
}

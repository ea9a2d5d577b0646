/**
 * Go's time.Time in JSON: RFC 3339 with as many digits of a second as are not zero.
 *
 * Source: Go time, Time.MarshalJSON.
 */
import { GoTime } from '../go-types.ts';

/** The JSON text, quotes included. Throws for years that RFC 3339 cannot hold. */
export function formatTime(date: Date): string {
  const nanoseconds = date instanceof GoTime ? date.nanoseconds : 0;
  const zoneMinutes = date instanceof GoTime ? date.zoneMinutes : undefined;
  const local = new Date(date.getTime() + (zoneMinutes ?? 0) * 60_000);
  const year = local.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) {
    throw new Error('json: time: year outside of range [0,9999]');
  }
  const seconds = local.toISOString().slice(0, 19);
  const fraction = (local.getUTCMilliseconds() * 1e6 + nanoseconds)
    .toString()
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `"${seconds}${fraction && '.'}${fraction}${formatZone(zoneMinutes)}"`;
}

function formatZone(zoneMinutes: number | undefined): string {
  if (!zoneMinutes) return 'Z';
  const minutes = Math.abs(zoneMinutes);
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${zoneMinutes < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** Undefined: not RFC 3339. */
export function parseTime(text: string): GoTime | undefined {
  const match =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return undefined;
  const [, seconds, fraction = '', zone = 'Z'] = match;
  const local = new Date(`${seconds}Z`);
  // JavaScript takes 30 February for 1 March, and 24:00 for the next day.
  const exists =
    local.getTime() > -Infinity && local.toISOString().startsWith(`${seconds}.`);
  const zoneMinutes = zone === 'Z' ? undefined : parseZone(zone);
  if (!exists || Number.isNaN(zoneMinutes)) return undefined;
  const nanoseconds = Number(fraction.padEnd(9, '0'));
  const ms =
    local.getTime() - (zoneMinutes ?? 0) * 60_000 + Math.floor(nanoseconds / 1e6);
  return new GoTime(ms, nanoseconds % 1e6, zoneMinutes);
}

/** Minutes east of Greenwich; NaN: there is no such zone. */
function parseZone(zone: string): number {
  const [hours, rest] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 23 || rest > 59) return Number.NaN;
  const minutes = hours * 60 + rest;
  return zone.startsWith('-') ? -minutes : minutes;
}

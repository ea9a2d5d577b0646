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
  const ms = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  const nanoseconds = Number(fraction.padEnd(9, '0'));
  return new GoTime(
    ms + Math.floor(nanoseconds / 1e6),
    nanoseconds % 1e6,
    zone === 'Z' ? undefined : parseZone(zone),
  );
}

function parseZone(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}

/**
 * A moment as Go's time.Time writes itself: seconds since the year 1, nanoseconds, and the
 * offset of its zone.
 *
 * Source: Go time, Time.MarshalBinary.
 */
import { GoTime } from '../go-types.ts';
import { GobError } from './gob-error.ts';

const utcMinutes = -1;
/** From the first moment of the year 1 to that of 1970. */
const secondsTo1970 = 62_135_596_800;
const wholeMinutes = { version: 1, length: 15 };
/** For zones of old, whose offset has seconds. */
const withSeconds = { version: 2, length: 16 };

/** True: Go's zero time, which is left out where zero values are. */
export function isZeroTime(time: Date): boolean {
  if (time.getTime() !== -secondsTo1970 * 1000) return false;
  if (!(time instanceof GoTime)) return true;
  return time.nanoseconds === 0 && time.zoneMinutes === undefined;
}

/** A Date without nanoseconds and zone is in UTC. */
export function encodeTime(time: Date): Uint8Array {
  const ms = time.getTime();
  if (Number.isNaN(ms)) throw new GobError('gob: cannot encode an invalid Date');
  const { nanoseconds, zoneMinutes } =
    time instanceof GoTime ? time : { nanoseconds: 0, zoneMinutes: undefined };
  const minutes = Math.trunc(zoneMinutes ?? utcMinutes);
  const seconds =
    zoneMinutes === undefined ? 0 : Math.round(60 * (zoneMinutes - minutes));
  if (Math.abs(minutes) > 0x7fff || (zoneMinutes !== undefined && minutes === -1)) {
    throw new GobError('Time.MarshalBinary: unexpected zone offset');
  }
  const form = seconds === 0 ? wholeMinutes : withSeconds;
  const bytes = new DataView(new ArrayBuffer(form.length));
  const wholeSeconds = Math.floor(ms / 1000);
  bytes.setUint8(0, form.version);
  bytes.setBigInt64(1, BigInt(wholeSeconds + secondsTo1970));
  bytes.setInt32(9, (ms - 1000 * wholeSeconds) * 1_000_000 + nanoseconds);
  bytes.setInt16(13, minutes);
  if (seconds !== 0) bytes.setInt8(15, seconds);
  return new Uint8Array(bytes.buffer);
}

/** Throws a GobError where the bytes are no time, or one that a Date cannot hold. */
export function decodeTime(data: Uint8Array): GoTime {
  if (data.length === 0) throw new GobError('Time.UnmarshalBinary: no data');
  const bytes = new DataView(data.buffer, data.byteOffset, data.length);
  const version = bytes.getUint8(0);
  const form = [wholeMinutes, withSeconds].find((one) => one.version === version);
  if (!form) throw new GobError('Time.UnmarshalBinary: unsupported version');
  if (data.length !== form.length) {
    throw new GobError('Time.UnmarshalBinary: invalid length');
  }
  const seconds = Number(bytes.getBigInt64(1)) - secondsTo1970;
  const nanoseconds = bytes.getInt32(9);
  const minutes = bytes.getInt16(13);
  const zoneSeconds = form === withSeconds ? bytes.getInt8(15) : 0;
  const isUtc = minutes === utcMinutes && zoneSeconds === 0;
  const time = new GoTime(
    1000 * seconds + Math.floor(nanoseconds / 1_000_000),
    nanoseconds % 1_000_000,
    isUtc ? undefined : minutes + zoneSeconds / 60,
  );
  if (Number.isNaN(time.getTime()) || nanoseconds < 0 || nanoseconds >= 1e9) {
    throw new GobError('gob: time.Time out of range of a Date');
  }
  return time;
}

/** True where `decodeTime` gives a time. */
export function holdsTime(data: Uint8Array): boolean {
  try {
    decodeTime(data);
    return true;
  } catch {
    return false;
  }
}

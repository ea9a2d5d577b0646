/**
 * What stands on a message's arrow: which one it is, what has become of it, and what it says.
 * Where there is little room the method's name goes first, and the call's number last.
 */
import type { Flight } from './flights.ts';

/** At most `width` characters, a blank at both ends; empty: there is no room at all. */
export function fitLabel(flight: Flight, width: number): string {
  const room = width - 2;
  const text = listLabels(flight, room).find(({ length }) => length <= room);
  return text ? ` ${text} ` : '';
}

/** From the whole to the least. */
function listLabels({ message, isDoubled, arrivals }: Flight, room: number): string[] {
  const { direction, number, label } = message;
  const losses = arrivals.flatMap(({ why }) => why ?? []);
  const lost = losses.includes('cut') ? 'cut' : 'lost';
  const remarks = [isDoubled && 'doubled', losses.length > 0 && lost].filter(Boolean);
  const plain = `${direction} ${number}`;
  const head = remarks.length > 0 ? `${plain} (${remarks.join(', ')})` : plain;
  // `Worker.DoTask #0`, `error #0: divide by zero`, or `120 bytes`.
  const [, name = '', call = '', rest = ''] = /^(.*?)( #\S+?)?(: .*)?$/.exec(label) ?? [];
  const method = name.slice(name.lastIndexOf('.') + 1);
  const shorten = (before: string, text: string, after: string) => {
    const left = room - before.length - after.length - 1;
    return left < 3 ? [] : [`${before}${text.slice(0, left)}…${after}`];
  };
  return [
    `${head} ${label}`,
    ...(rest === '' ? [] : shorten(`${head} ${name}${call}`, rest, '')),
    `${head} ${method}${call}`,
    ...shorten(`${head} `, method, call),
    `${head}${call}`,
    `${plain}${call}`,
    `${number}${call}`,
    call.trim(),
  ];
}

/**
 * Events as a space-time diagram for the projector: time runs down in proportion, and an arrow
 * is the steeper the longer its message is under way. What a program notes stands beside its
 * line, outside of the two outermost ones.
 *
 * Source: L. Lamport, "Time, Clocks, and the Ordering of Events", 1978.
 */
import type { Message, SimEvent } from './events.ts';
import { captionOf } from './mermaid.ts';
import { Svg } from './svg.ts';

export interface SvgOptions {
  readonly nodes: readonly string[];
  readonly width?: number;
  readonly height?: number;
}

const headPx = 52;
const footPx = 16;
/** Room for times at the left edge. */
const timesPx = 96;
/** Times and notes closer than this would stand on each other. */
const linePx = 26;

/** A drawing of the events, as the text of an `<svg>`. */
export function drawSpaceTimeSvg(
  events: readonly SimEvent[],
  { nodes, width = 1152, height = 430 }: SvgOptions,
): string {
  return new Drawing(events, nodes, width, height).draw();
}

class Drawing {
  readonly #events: readonly SimEvent[];
  readonly #nodes: readonly string[];
  readonly #svg: Svg;
  readonly #width: number;
  readonly #height: number;
  readonly #endMs: number;
  /** By node: where its last note stands. */
  readonly #notedPx = new Map<string, number>();

  constructor(
    events: readonly SimEvent[],
    nodes: readonly string[],
    width: number,
    height: number,
  ) {
    this.#events = events;
    this.#nodes = nodes;
    this.#width = width;
    this.#height = height;
    this.#svg = new Svg(width, height, `Messages between ${nodes.join(', ')}`);
    this.#endMs = Math.max(1, ...events.map(({ atMs }) => atMs));
  }

  draw(): string {
    for (const node of this.#nodes) this.#drawLane(node);
    this.#drawTimes();
    const sent = new Map<string, number>();
    for (const event of this.#events) {
      if (event.type === 'sent') sent.set(nameOf(event.message), event.atMs);
      else if (event.type === 'delivered' || event.type === 'lost') {
        this.#drawMessage(event, sent.get(nameOf(event.message)) ?? event.atMs);
      } else if (event.type === 'noted') this.#drawNote(event.node, event);
      else if (event.type === 'crashed' || event.type === 'restarted') {
        this.#drawNote(event.node, { atMs: event.atMs, text: event.type });
      }
    }
    return this.#svg.toString();
  }

  /** Between the lanes there must be room for captions, beside them for notes. */
  #x(node: string): number {
    const side = this.#nodes.length > 2 ? 0.16 : 0.27;
    const first = timesPx + this.#width * side;
    const last = this.#width * (1 - side);
    const gap = (last - first) / Math.max(1, this.#nodes.length - 1);
    return first + gap * this.#nodes.indexOf(node);
  }

  #y(atMs: number): number {
    const room = this.#height - headPx - footPx;
    return headPx + (room * atMs) / this.#endMs;
  }

  #drawLane(node: string): void {
    const x = this.#x(node);
    this.#svg.text(x, 24, node, { anchor: 'middle', isBold: true });
    const ends = this.#events.filter(
      (event) =>
        (event.type === 'crashed' || event.type === 'restarted') && event.node === node,
    );
    let fromY = headPx - 16;
    let isUp = true;
    for (const { atMs, type } of [...ends, { atMs: this.#endMs, type: 'end' }]) {
      const toY = type === 'end' ? this.#height : this.#y(atMs);
      this.#svg.line([x, fromY], [x, toY], isUp ? 'lane' : 'down');
      if (type === 'crashed') this.#svg.cross(x, toY);
      fromY = toY;
      isUp = type !== 'crashed';
    }
  }

  #drawTimes(): void {
    let lastY = -Infinity;
    for (const atMs of [...new Set(this.#events.map((event) => event.atMs))]) {
      const y = this.#y(atMs);
      if (y - lastY < linePx) continue;
      const text = `${Math.round(atMs * 10) / 10} ms`;
      this.#svg.text(timesPx - 12, y + 6, text, { anchor: 'end', isQuiet: true });
      lastY = y;
    }
  }

  #drawMessage(event: SimEvent & { type: 'delivered' | 'lost' }, sentMs: number): void {
    const { message, atMs } = event;
    const [x1, x2] = [this.#x(message.from), this.#x(message.to)];
    const [y1, y2] = [this.#y(sentMs), this.#y(atMs)];
    const isLost = event.type === 'lost';
    const stop: [number, number] = isLost ? [x1 + (x2 - x1) * 0.6, y2] : [x2, y2];
    this.#svg.line([x1, y1], stop, isLost ? 'lost' : 'message');
    if (isLost) this.#svg.cross(...stop);
    else this.#svg.arrowHead([x1, y1], stop);
    const caption = isLost ? `${captionOf(message)}, lost` : captionOf(message);
    const [from, to] = this.#captionEnds(message, isLost ? stop[0] : x2);
    const slope = (y2 - y1) / (x2 - x1);
    const middle = (from + to) / 2;
    const angle = (Math.atan(slope) * 180) / Math.PI;
    this.#svg.text(middle, y1 + slope * (middle - x1) - 8, caption, {
      anchor: 'middle',
      angle,
    });
  }

  /** Beside the end that only this message has: the server's. */
  #captionEnds({ direction, from, to }: Message, stop: number): [number, number] {
    const [own, other] = direction === 'request' ? [to, from] : [from, to];
    const index = this.#nodes.indexOf(own);
    const step = Math.sign(this.#nodes.indexOf(other) - index);
    const next = this.#nodes[index + step] as string;
    const isStopped = stop !== this.#x(to);
    return isStopped ? [this.#x(from), stop] : [this.#x(own), this.#x(next)];
  }

  #drawNote(node: string, { atMs, text }: { atMs: number; text: string }): void {
    const isFirst = node === this.#nodes[0];
    const y = Math.max(
      this.#y(atMs) + 6,
      (this.#notedPx.get(node) ?? -Infinity) + linePx,
    );
    this.#notedPx.set(node, y);
    const x = this.#x(node) + (isFirst ? -14 : 14);
    this.#svg.text(x, y, text, { anchor: isFirst ? 'end' : 'start' });
  }
}

function nameOf({ direction, number }: Message): string {
  return `${direction} ${number}`;
}

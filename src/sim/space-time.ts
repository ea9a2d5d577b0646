/**
 * Events drawn as a space-time diagram in plain text: a vertical line per node, time downwards,
 * an arrow per message. Rows are events, not milliseconds (those stand in the margin), so that
 * a wait of an hour takes no room. A message that is overtaken runs down beside the lane of
 * its receiver until it arrives; arrows that cross were reordered.
 *
 * Source: L. Lamport, "Time, Clocks, and the Ordering of Events", 1978; Maelstrom, for rows
 * by event.
 */
import type { SimEvent } from './events.ts';
import { fitLabel } from './flight-label.ts';
import { type Arrival, type Flight, type Plan, planRows, type Row } from './flights.ts';
import { LineCanvas } from './line-canvas.ts';

export interface DiagramOptions {
  /** Characters in a line. */
  readonly width?: number;
  /** The nodes from left to right; those that are not named follow as they appear. */
  readonly nodes?: readonly string[];
}

/** A drawing of the events, without colour; lines end in no newline. */
export function drawSpaceTime(
  events: readonly SimEvent[],
  { width = 80, nodes = [] }: DiagramOptions = {},
): string {
  const plan = planRows(events);
  const names = [...new Set([...nodes, ...events.flatMap(nodesOf)])];
  const margins = plan.rows.map(printMargin);
  const marginWidth = Math.max(2, ...margins.map(({ length }) => length));
  const lanes = placeLanes(names, marginWidth + 2, width);
  const diagram = new Diagram(lanes, plan, width);
  for (const [row, margin] of margins.entries()) {
    diagram.canvas.text(row + headerRows, 0, margin.padStart(marginWidth));
  }
  diagram.canvas.text(0, marginWidth - 2, 'ms');
  return diagram.draw();
}

const headerRows = 1;
/** Beyond this, arrows only become longer. */
const widestGap = 46;
const bendSpacing = 3;

function nodesOf(event: SimEvent): string[] {
  switch (event.type) {
    case 'sent':
      return [event.message.from, event.message.to];
    case 'dialled':
    case 'refused':
      return [event.from, event.to];
    case 'crashed':
    case 'restarted':
    case 'disconnected':
    case 'reconnected':
    case 'stepped':
    case 'noted':
      return [event.node];
    case 'partitioned':
      return event.groups.flat();
    default:
      return [];
  }
}

function printMargin({ atMs, untilMs }: Row): string {
  return atMs === untilMs ? printMs(atMs) : `${printMs(atMs)}–${printMs(untilMs)}`;
}

function printMs(ms: number): string {
  return String(Math.round(ms * 10) / 10);
}

/** The column of each node's line. */
function placeLanes(
  names: readonly string[],
  margin: number,
  width: number,
): Map<string, number> {
  const first = margin + Math.floor((names[0]?.length ?? 0) / 2);
  const room = width - first - Math.ceil((names.at(-1)?.length ?? 0) / 2) - 1;
  const gap = Math.min(widestGap, Math.floor(room / Math.max(1, names.length - 1)));
  return new Map(names.map((name, i) => [name, first + i * gap]));
}

class Diagram {
  readonly canvas = new LineCanvas();
  readonly #lanes: ReadonlyMap<string, number>;
  readonly #plan: Plan;
  readonly #width: number;
  readonly #lastRow: number;
  /** Columns beside the lanes, each with the rows in which a message runs down there. */
  readonly #bends: { column: number; from: number; to: number }[] = [];

  constructor(lanes: ReadonlyMap<string, number>, plan: Plan, width: number) {
    this.#lanes = lanes;
    this.#plan = plan;
    this.#width = width;
    this.#lastRow = plan.rows.length + headerRows;
  }

  draw(): string {
    for (const [name, column] of this.#lanes) {
      this.canvas.text(0, column - Math.floor(name.length / 2), name);
      this.#drawLane(name, column);
    }
    for (const flight of this.#plan.flights) this.#drawFlight(flight);
    for (const [row, { event }] of this.#plan.rows.entries()) {
      this.#drawRemark(row + headerRows, event);
    }
    return this.canvas.toString();
  }

  /** Dotted while the node is down. */
  #drawLane(name: string, column: number): void {
    let upSince = 0;
    for (const [index, { event }] of this.#plan.rows.entries()) {
      const row = index + headerRows;
      if (event.type === 'crashed' && event.node === name) {
        this.canvas.vertical(column, upSince, row);
        upSince = this.#lastRow + 1;
      } else if (event.type === 'restarted' && event.node === name) upSince = row;
      else if (upSince > this.#lastRow) this.canvas.text(row, column, '┊');
    }
    this.canvas.vertical(column, upSince, this.#lastRow);
  }

  #drawFlight(flight: Flight): void {
    const { message, arrivals, sentRow } = flight;
    const [from, to] = [this.#column(message.from), this.#column(message.to)];
    const next = this.#neighbour(from, to);
    const [only] = arrivals;
    const isStraight = only !== undefined && only.row === sentRow;
    const stop = isStraight
      ? this.#drawStraight(sentRow + headerRows, from, to, only)
      : this.#drawBent(flight, from, to);
    this.#drawLabel(flight, from, next, stop);
  }

  /** In the middle of the sender's gap, or nearer to the sender to stay clear of `stop`. */
  #drawLabel(flight: Flight, from: number, next: number, stop: number): void {
    const step = Math.sign(next - from);
    const isNear = Math.abs(stop - from) < Math.abs(next - from);
    const end = (isNear ? stop : next) - 2 * step;
    const text = fitLabel(flight, Math.abs(end - from) - 2);
    const middle = Math.floor((from + next - text.length) / 2);
    const column =
      step > 0 ? Math.min(middle, end - text.length + 1) : Math.max(middle, end);
    this.canvas.text(flight.sentRow + headerRows, column, text);
  }

  /** On one row; what is lost as it sets out ends within the first gap. Returns where. */
  #drawStraight(row: number, from: number, to: number, { why }: Arrival): number {
    const next = this.#neighbour(from, to);
    if (why === undefined) {
      this.#drawArrow(row, from, to, why);
      return next;
    }
    const stop = next - 4 * Math.sign(to - from);
    this.canvas.horizontal(row, from, stop);
    this.canvas.text(row, stop, '×');
    return stop;
  }

  #drawArrow(row: number, from: number, to: number, why: Arrival['why']): void {
    const step = Math.sign(to - from);
    this.canvas.horizontal(row, from, to - step);
    const head = step > 0 ? '▶' : '◀';
    this.canvas.text(row, to - step, why === undefined ? head : '×');
  }

  /** Across to a column beside the receiver, down, and in for each copy. Returns the column. */
  #drawBent({ sentRow, arrivals }: Flight, from: number, to: number): number {
    const start = sentRow + headerRows;
    const rows = arrivals.map(({ row }) => row + headerRows);
    const end = rows.length > 0 ? Math.max(...rows) : this.#lastRow;
    const column = this.#reserveBend(to, Math.sign(from - to), start, end);
    this.canvas.horizontal(start, from, column);
    this.canvas.vertical(column, start, end);
    for (const { row, why } of arrivals) {
      this.#drawArrow(row + headerRows, column, to, why);
    }
    return column;
  }

  #reserveBend(lane: number, side: number, from: number, to: number): number {
    for (let column = lane + 4 * side; ; column += bendSpacing * side) {
      const isTaken = this.#bends.some(
        (bend) => bend.column === column && bend.from <= to && from <= bend.to,
      );
      if (isTaken) continue;
      this.#bends.push({ column, from, to });
      return column;
    }
  }

  /** What is no message: a text beside the node's line, or across all of them. */
  #drawRemark(row: number, event: SimEvent): void {
    const remark = describe(event);
    if (remark === undefined) return;
    const { node, text } = remark;
    if (node === undefined) {
      const [first = 0] = this.#lanes.values();
      this.canvas.text(row, first, fit(`══ ${text} ══`, this.#width - first));
      return;
    }
    const column = this.#column(node);
    if (event.type === 'crashed') this.canvas.text(row, column, '╳');
    const lanes = [...this.#lanes.values()];
    const next = lanes.find((lane) => lane > column) ?? this.#width;
    const room = next - column - 3;
    if (text.length <= room || next < this.#width) {
      this.canvas.text(row, column + 2, fit(text, room));
      return;
    }
    // Beyond the last line there is little room; before it there is more.
    const before = lanes.findLast((lane) => lane < column) ?? 0;
    const shown = fit(text, column - before - 3);
    this.canvas.text(row, column - 1 - shown.length, shown);
  }

  #column(name: string): number {
    return this.#lanes.get(name) as number;
  }

  /** The lane beside `from` on the way to `to`. */
  #neighbour(from: number, to: number): number {
    const between = [...this.#lanes.values()].filter(
      (lane) => Math.sign(lane - from) === Math.sign(to - from),
    );
    return to > from ? Math.min(...between) : Math.max(...between);
  }
}

function describe(event: SimEvent): { node?: string; text: string } | undefined {
  switch (event.type) {
    case 'crashed':
      return { node: event.node, text: 'crashes' };
    case 'restarted':
    case 'disconnected':
    case 'reconnected':
      return { node: event.node, text: event.type };
    case 'stepped': {
      const sign = event.byMs > 0 ? '+' : '';
      return { node: event.node, text: `clock stepped ${sign}${event.byMs} ms` };
    }
    case 'noted':
      return { node: event.node, text: event.text };
    case 'closed':
      return { node: event.node, text: `connection lost: ${event.peer}` };
    case 'refused':
      return { node: event.from, text: `${event.to}: ${event.why}` };
    case 'partitioned': {
      const groups = event.groups.map((group) => group.join(', ')).join(' | ');
      return { text: `partition: ${groups}` };
    }
    case 'healed':
      return { text: 'the partition is healed' };
    default:
      return undefined;
  }
}

function fit(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 2))}… `;
}

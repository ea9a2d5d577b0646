/**
 * The few shapes that our figures are made of, as the text of an `<svg>` that stands in a page:
 * no ids, no styles of its own, and text that can be read from the back row.
 */

export type Point = readonly [x: number, y: number];

export interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly isBold?: boolean;
  readonly isQuiet?: boolean;
  /** Degrees, clockwise. */
  readonly angle?: number;
  readonly size?: number;
  /** The colour of what it stands on. */
  readonly paper?: string;
}

export interface RectOptions {
  readonly fill: string;
  readonly stroke?: string;
  readonly isDashed?: boolean;
  /** Told apart without colour too. */
  readonly isHatched?: boolean;
}

/** Ink and line for each kind of line. */
const lines = {
  lane: 'stroke="#595959" stroke-width="2"',
  down: 'stroke="#595959" stroke-width="2" stroke-dasharray="2 7"',
  message: 'stroke="#0b4f9e" stroke-width="2.5"',
  lost: 'stroke="#a3260e" stroke-width="2.5" stroke-dasharray="9 5"',
  barrier: 'stroke="#1a1a1a" stroke-width="4"',
  'barrier-moved': 'stroke="#1a1a1a" stroke-width="2" stroke-dasharray="6 6"',
  edge: 'stroke="#9a9a9a" stroke-width="2"',
  hatch: 'stroke="#dd9c8d" stroke-width="2"',
} as const;

export class Svg {
  readonly #shapes: string[] = [];
  /** Above all shapes. */
  readonly #texts: string[] = [];
  readonly #opening: string;

  /** `title` is what a screen reader says. */
  constructor(width: number, height: number, title: string) {
    const box = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
    const name = `role="img" aria-label="${escapeText(title)}"`;
    this.#opening = `<svg xmlns="http://www.w3.org/2000/svg" ${box} ${name}>`;
  }

  line([x1, y1]: Point, [x2, y2]: Point, kind: keyof typeof lines): void {
    const ends = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`;
    this.#shapes.push(`<line ${ends} ${lines[kind]}/>`);
  }

  arrowHead([x1, y1]: Point, [x2, y2]: Point): void {
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const corner = (turn: number) =>
      `${round(x2 - 16 * Math.cos(angle + turn))},${round(y2 - 16 * Math.sin(angle + turn))}`;
    const points = `${round(x2)},${round(y2)} ${corner(0.4)} ${corner(-0.4)}`;
    this.#shapes.push(`<polygon points="${points}" fill="#0b4f9e"/>`);
  }

  cross(x: number, y: number): void {
    const [left, right, top, bottom] = [x - 9, x + 9, y - 9, y + 9].map(round);
    const path = `M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`;
    this.#shapes.push(`<path d="${path}" stroke="#a3260e" stroke-width="4"/>`);
  }

  rect(x: number, y: number, width: number, height: number, options: RectOptions): void {
    const { fill, stroke = '#1a1a1a', isDashed, isHatched } = options;
    const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
    const border = `stroke="${stroke}" stroke-width="${isDashed ? 4 : 2}"`;
    const dashes = isDashed ? ' stroke-dasharray="10 5"' : '';
    this.#shapes.push(`<rect ${place} rx="4" fill="${fill}" ${border}${dashes}/>`);
    if (isHatched) this.#hatch(x, y, width, height);
  }

  /** Strokes from the lower left to the upper right, cut off at the edges. */
  #hatch(x: number, y: number, width: number, height: number): void {
    for (let foot = 12; foot < width + height; foot += 14) {
      const [x1, y1] = foot <= width ? [foot, height] : [width, height - (foot - width)];
      const [x2, y2] = foot <= height ? [0, height - foot] : [foot - height, 0];
      this.line([x + x1, y + y1], [x + x2, y + y2], 'hatch');
    }
  }

  /** With an outline of the paper's colour, so that it can be read across lines. */
  text(x: number, y: number, text: string, options: TextOptions = {}): void {
    const { anchor = 'start', isBold, isQuiet, angle = 0, size = 20 } = options;
    const { paper = '#fff' } = options;
    const place = `x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"`;
    const turn =
      angle === 0 ? '' : ` transform="rotate(${round(angle)} ${round(x)} ${round(y)})"`;
    const ink = isQuiet ? '#595959' : '#1a1a1a';
    const outline = `paint-order="stroke" stroke="${paper}" stroke-width="5"`;
    const font = `font-size="${size}"${isBold ? ' font-weight="700"' : ''}`;
    this.#texts.push(
      `<text ${place}${turn} fill="${ink}" ${font} ${outline}>${escapeText(text)}</text>`,
    );
  }

  toString(): string {
    return [this.#opening, ...this.#shapes, ...this.#texts, '</svg>'].join('\n');
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/**
 * A sheet of characters on which lines join by themselves: where a horizontal line meets a
 * vertical one, the right corner or crossing appears. Knows nothing of what the lines mean.
 */

const [up, down, left, right] = [1, 2, 4, 8];

/** The character for each set of arms that leave a cell. */
const joints = [...' ╵╷│╴╯╮┤╶╰╭├─┴┬┼'];

export class LineCanvas {
  readonly #arms: number[][] = [];
  /** Texts lie above lines. */
  readonly #texts: string[][] = [];

  /** A line between two cells of a row, whichever comes first. */
  horizontal(row: number, from: number, to: number): void {
    const [start, end] = [Math.min(from, to), Math.max(from, to)];
    for (let column = start; column <= end; column++) {
      this.#join(row, column, (column > start ? left : 0) | (column < end ? right : 0));
    }
  }

  /** A line between two cells of a column, downwards. */
  vertical(column: number, from: number, to: number): void {
    for (let row = from; row <= to; row++) {
      this.#join(row, column, (row > from ? up : 0) | (row < to ? down : 0));
    }
  }

  text(row: number, column: number, text: string): void {
    this.#texts[row] ??= [];
    for (const [i, char] of [...text].entries()) this.#texts[row][column + i] = char;
  }

  toString(): string {
    const rows = Math.max(this.#arms.length, this.#texts.length);
    return Array.from({ length: rows }, (_, row) => this.#print(row)).join('\n');
  }

  #join(row: number, column: number, arms: number): void {
    this.#arms[row] ??= [];
    this.#arms[row][column] = (this.#arms[row][column] ?? 0) | arms;
  }

  #print(row: number): string {
    const arms = this.#arms[row] ?? [];
    const texts = this.#texts[row] ?? [];
    const cells = Array.from(
      { length: Math.max(arms.length, texts.length) },
      (_, column) => texts[column] ?? joints[arms[column] ?? 0],
    );
    return cells.join('').trimEnd();
  }
}

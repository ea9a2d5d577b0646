/**
 * JSON read once more, for what `JSON.parse` forgets: the digits of a number that a double
 * cannot hold, and the text that a value had; and for what it keeps and Go does not, halves of
 * a character. Only texts that JSON.parse has accepted, and
 * whose nesting is bounded, come here.
 */

/** A number that a double cannot hold, as it was written. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Whether a text may hold a number that would be written otherwise; strings are not told apart. */
export function mayLoseDigits(text: string): boolean {
  return /\d{16}|\d[eE]|\.\d*0(?!\d)/.test(text);
}

/** Whether a text may hold half a character, escaped: no bytes of UTF-8 can say that. */
export function mayHoldHalves(text: string): boolean {
  return text.includes('\\u') && /\\u[dD][89a-fA-F]/.test(text);
}

/** As JSON.parse, but a number that would change is a JsonNumber; half a character is U+FFFD. */
export function parseExactly(text: string): unknown {
  return new Scanner(text).value();
}

/** The text of the last member `name` of the object that `text` is; undefined: it has none. */
export function findMember(text: string, name: string): string | undefined {
  let found: string | undefined;
  const scanner = new Scanner(text);
  scanner.members((key, start, end) => {
    if (key.toLowerCase() === name) found = text.slice(start, end);
  });
  return found;
}

/**
 * The JSON of a request's id, whose message is `text`. A number that JavaScript could write
 * otherwise (9007199254740993, 1.5e3) is echoed as it stands there.
 */
export function writeId(id: unknown, text: string): string {
  if (id == null) return 'null';
  if (typeof id === 'string' && !mayHoldHalves(text)) return JSON.stringify(id);
  const isWritten = Number.isSafeInteger(id) && text.includes(`"id":${id}`);
  if (isWritten) return String(id);
  // Line ends stand only between values; an answer is one line.
  return findMember(text, 'id')?.replace(/[\n\r]/g, ' ') ?? 'null';
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#readString();
      default:
        return this.#scalar();
    }
  }

  /** Calls `visit` for each member of the object here, with the range of its value's text. */
  members(visit: (key: string, start: number, end: number) => void): void {
    this.#skipSpace();
    this.#eachMember((key) => {
      const start = this.#at;
      this.value();
      visit(key, start, this.#at);
    });
  }

  #object(): unknown {
    const entries: [string, unknown][] = [];
    this.#eachMember((key) => entries.push([key, this.value()]));
    return Object.fromEntries(entries);
  }

  /** Stops at the value of each member in turn; `read` must pass it. */
  #eachMember(read: (key: string) => void): void {
    this.#at++;
    for (this.#skipSpace(); this.#text[this.#at] !== '}'; this.#skipSpace()) {
      if (this.#text[this.#at] === ',') {
        this.#at++;
        continue;
      }
      const key = this.#readString();
      this.#skipSpace();
      this.#at++;
      this.#skipSpace();
      read(key);
    }
    this.#at++;
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    for (this.#skipSpace(); this.#text[this.#at] !== ']'; this.#skipSpace()) {
      if (this.#text[this.#at] === ',') this.#at++;
      else items.push(this.value());
    }
    this.#at++;
    return items;
  }

  #readString(): string {
    return (JSON.parse(this.#stringText()) as string).toWellFormed();
  }

  /** The text of the string here, quotes included. */
  #stringText(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    this.#at = end + 1;
    return this.#text.slice(start, end + 1);
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.#text[at - 1 - backslashes] === '\\') backslashes++;
    return backslashes % 2 === 1;
  }

  #scalar(): unknown {
    const start = this.#at;
    while (
      this.#at < this.#text.length &&
      !/[\s,\]}]/.test(this.#text[this.#at] as string)
    )
      this.#at++;
    const text = this.#text.slice(start, this.#at);
    const value = JSON.parse(text);
    if (typeof value !== 'number') return value;
    const isExact = String(value) === text || text === '-0';
    return isExact ? value : new JsonNumber(text);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}

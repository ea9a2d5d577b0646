/**
 * One text for all the ways to write the same answer: members in any order, escapes or none,
 * `1e+21` or `1e21`. Integers keep their digits.
 */
export function canonical(json: string): string {
  const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${nameNumber(token)}"`,
  );
  return write(JSON.parse(marked));
}

function nameNumber(token: string): string {
  return /^-?\d+$/.test(token) ? token : String(Number(token));
}

function write(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.slice(1);
    return value.startsWith('n') ? text : JSON.stringify(text);
  }
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, item]): [string, string] => [
    JSON.stringify(name.slice(1)),
    write(item),
  ]);
  // The answer's own members stay where a reader looks for them.
  const isAnswer = 'sid' in value && 'sresult' in value;
  if (!isAnswer) members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${name}:${item}`).join(',')}}`;
}

/** What a client sees: answers in any order, and whether it may ask on. */
export function describeAnswers(lines: readonly string[], isHungUp: boolean): string {
  const answers = lines.map(canonical).sort().join(' ');
  return [answers, isHungUp ? 'hangs up' : ''].join(' ').trim() || 'waits for more';
}

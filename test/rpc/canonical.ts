/**
 * One text for all the ways to write the same answer: members in any order, escapes or none,
 * `1e+21` or `1e21`. Integers keep their digits, and an answer's id stays as it was written.
 */
export function canonical(json: string): string {
  // Numbers become strings, or JSON.parse would round them.
  const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`,
  );
  return write(JSON.parse(marked));
}

function write(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.slice(1);
    return value.startsWith('n') ? nameNumber(text) : JSON.stringify(text);
  }
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('sid' in value && 'sresult' in value && 'serror' in value) {
    const { sid: id, sresult: result, serror: error } = value;
    const echo = typeof id === 'string' && id.startsWith('n') ? id.slice(1) : write(id);
    return `{"id":${echo},"result":${write(result)},"error":${write(error)}}`;
  }
  const members = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name.slice(1))}:${write(item)}`,
  );
  return `{${members.sort().join(',')}}`;
}

function nameNumber(token: string): string {
  return /^-?\d+$/.test(token) ? token : String(Number(token));
}

/** What a client sees: answers in any order, and whether it may ask on. */
export function describeAnswers(lines: readonly string[], isHungUp: boolean): string {
  const answers = lines.map(canonical).sort().join(' ');
  return [answers, isHungUp ? 'hangs up' : ''].join(' ').trim() || 'waits for more';
}

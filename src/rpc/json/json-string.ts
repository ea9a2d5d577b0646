/**
 * A string as JSON. What has nothing to escape only gets its quotes: to look for each such
 * character in turn is several times faster than what `JSON.stringify` does, which builds the
 * text anew, character by character. Base64 is such a string, of any length.
 */

/** As JSON.stringify. */
export function writeString(text: string): string {
  const isPlain = text.length >= worthwhileLength && !mustEscape(text);
  return isPlain ? `"${text}"` : JSON.stringify(text);
}

function mustEscape(text: string): boolean {
  for (const char of escaped) if (text.includes(char)) return true;
  return !text.isWellFormed();
}

/** Those that are frequent first. Source: RFC 8259, section 7. */
const escaped = [
  ...['\n', '"', '\\'],
  ...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)),
];

/** Of shorter ones the looking takes as long as the building. */
const worthwhileLength = 1024;

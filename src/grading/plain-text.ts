/**
 * Text that came from a student, made fit for any document and any terminal: no escape
 * sequences, no characters that XML 1.0 forbids, no end that never comes.
 */
import { stripVTControlCharacters } from 'node:util';

/** Characters of one text that are kept: an error may hold a whole book. */
const defaultMaxLength = 2000;

/** Source: XML 1.0, production 2, `Char`, without the control characters of C1. */
const forbidden =
  /[^\t\n\u{20}-\u{7e}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Keeps lines apart; what a document cannot hold becomes U+FFFD. */
export function toPlain(text: string, maxLength = defaultMaxLength): string {
  const clipped = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return stripVTControlCharacters(clipped)
    .replaceAll('\r\n', '\n')
    .replace(/\p{Bidi_Control}/gu, '')
    .replace(forbidden, '\u{fffd}');
}

/** The same on one line. */
export function toLine(text: string): string {
  return toPlain(text).replace(/\s+/g, ' ').trim();
}

/**
 * Text in columns of a terminal: how wide it is there, and cutting and padding it to a width.
 */
const segmenter = new Intl.Segmenter();

/** Letters of East Asia and pictures take two columns, marks on a letter none. */
const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u{ff01}-\u{ff60}]|\p{Emoji_Presentation}/u;

/** What one reader sees as one letter. */
function splitLetters(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

export function widthOf(text: string): number {
  return splitLetters(text).reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0);
}

/** At most `width` columns; an ellipsis stands for what is left out. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const letter of splitLetters(text)) {
    if (widthOf(kept + letter) > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** Exactly `width` columns. */
export function fit(text: string, width: number): string {
  const cut = truncate(text, width);
  return cut + ' '.repeat(width - widthOf(cut));
}

// What of the present slide leaves it, is cut off, or is too small to be read.
(() => {
  const slide = document.querySelector('section.present');
  const frame = slide.getBoundingClientRect();
  const shown = [...slide.querySelectorAll('*:not(aside, aside *)')];
  const leaves = shown.filter((element) => {
    const { left, right, bottom } = element.getBoundingClientRect();
    const isOut = left < frame.left || right > frame.right || bottom > frame.bottom;
    const { clientWidth, scrollWidth } = element;
    const isCut = clientWidth > 0 && scrollWidth > clientWidth + 1;
    return isOut || (isCut && !(element instanceof SVGElement));
  });
  const small = shown.filter((element) => {
    const isText = ({ nodeType, textContent }) =>
      nodeType === 3 && textContent.trim() !== '';
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    return size < 18 && [...element.childNodes].some(isText);
  });
  const name = ({ tagName, textContent }) => `${tagName} ${textContent.slice(0, 40)}`;
  return [...leaves, ...small].map(name);
})();

/* A problem of the definition leads to its line: selected, and in the middle of the window. */
/* A form may have a field named `closest`. */
function closest(element, selector) {
  return Element.prototype.closest.call(element, selector);
}

function topOfLine(area, line) {
  const style = getComputedStyle(area);
  return parseFloat(style.paddingTop) + (line - 1) * parseFloat(style.lineHeight);
}

function selectLine(area, line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  const top = topOfLine(area, line);
  area.scrollTop = top - area.clientHeight / 2;
  const onScreen = area.getBoundingClientRect().top + top - area.scrollTop;
  scrollBy({ top: onScreen - innerHeight / 2 });
}

document.addEventListener("click", (event) => {
  const link = closest(event.target, "a[data-line]");
  const area = link && document.querySelector(link.getAttribute("href"));
  if (!area) return;
  event.preventDefault();
  selectLine(area, Number(link.dataset.line));
});

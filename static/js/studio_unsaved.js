/* Leaving the editor with changes that are not saved asks first. */
let isLeaving = false;

function withoutLayout(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

function isChanged({ value, defaultValue }) {
  return value !== defaultValue && withoutLayout(value) !== withoutLayout(defaultValue);
}

function hasUnsaved(form) {
  if (form.hasAttribute("data-unsaved")) return true;
  return [...form.elements].some((field) => field.defaultValue !== undefined && isChanged(field));
}

addEventListener("beforeunload", (event) => {
  const form = document.querySelector("[data-editor]");
  if (form && !isLeaving && hasUnsaved(form)) event.preventDefault();
});

/* Without htmx the form goes its own way, and taking the other version is a decision already made. */
document.addEventListener("submit", ({ target }) => {
  if (target.hasAttribute("data-editor") && !globalThis.htmx) isLeaving = true;
});
document.addEventListener("click", ({ target }) => {
  if (target.hasAttribute("data-discard")) isLeaving = true;
});
addEventListener("pageshow", () => isLeaving = false);

/*
 * The form that runs an app: Ctrl+Enter in a multiline field, no second run while one is on its
 * way, and the server's errors beside the fields in place of the browser's bubbles.
 * Fields may be named like any small-letter property of a form, so only others are read here.
 */
const FORM = "[data-run-form]";

function prepareForms() {
  for (const form of document.querySelectorAll(FORM)) form.noValidate = true;
}

function formIn(element) {
  return element.matches?.(FORM) ? element : element.querySelector?.(FORM) ?? null;
}

function setBusy(form, isBusy) {
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = isBusy;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.(`${FORM} textarea`)?.form;
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  if (!button.disabled) form.requestSubmit(button);
});

document.addEventListener("htmx:before:request", ({ target }) => {
  const form = formIn(target);
  if (form) setBusy(form, true);
});

document.addEventListener("htmx:finally:request", ({ target, detail }) => {
  const form = formIn(target);
  if (form && !detail.ctx.hx?.redirect) setBusy(form, false);
});

/* Coming back by the browser's back button finds the page as it was left: with the button off. */
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) document.querySelectorAll(FORM).forEach((form) => setBusy(form, false));
});

document.addEventListener("htmx:after:process", prepareForms);
prepareForms();

/* Choosing an app leads to its form: on a phone it may be out of sight, to a screen reader it is. */
document.addEventListener("htmx:after:swap", ({ detail }) => {
  const { sourceEvent } = detail.ctx;
  if (sourceEvent?.target?.classList?.contains("app-name")) {
    document.querySelector("[data-chosen-app]")?.focus();
  }
});

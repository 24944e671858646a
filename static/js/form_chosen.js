/* Choosing an app leads to its form: on a phone it may be out of sight, to a screen reader it is. */
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx.sourceEvent?.target?.closest?.(".app-name")) {
    document.querySelector("[data-chosen-app]")?.focus();
  }
});

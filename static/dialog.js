// dialog[data-dialog]: opens over the page as it comes into it, and goes when it is closed.

function openAll() {
  for (const dialog of document.querySelectorAll("dialog[data-dialog]:not([open])")) {
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  }
}

openAll();
document.addEventListener("htmx:after:swap", openAll);

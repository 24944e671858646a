// details[data-opens-when="<status>"]: opens when an update brings that status. It is not closed again.
// details[data-closes-when="<status>"]: closes when the page's head gets that status, unless the
// reader has opened it, or something in it.

new MutationObserver((changes) => {
  for (const { target } of changes) {
    const { opensWhen, status } = target.dataset;
    if (opensWhen === status) target.open = true;
    if (target.matches(".status--head")) close(status);
  }
}).observe(document.body, { subtree: true, attributeFilter: ["data-status"] });

document.addEventListener("click", ({ target }) => {
  const fold = target.closest("summary")?.parentElement;
  if (fold?.dataset.closesWhen) fold.dataset.closesWhen = "";
});

function close(status) {
  for (const fold of document.querySelectorAll(`[data-closes-when="${status}"]`)) {
    const isUsed = fold.querySelector("[open]") || fold.contains(document.activeElement);
    if (!isUsed) fold.open = false;
  }
}

// details[data-opens-when="<status>"]: opens when an update brings that status. It is not closed again.

new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (target.dataset.opensWhen === target.dataset.status) target.open = true;
  }
}).observe(document.body, { subtree: true, attributeFilter: ["data-status"] });

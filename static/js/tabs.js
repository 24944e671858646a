// [data-tabs]: turns links to panels into tabs. Each link names its panel in its href.

for (const tabs of document.querySelectorAll("[data-tabs]")) attach(tabs);
document.addEventListener("htmx:after:swap", () => {
  for (const tabs of document.querySelectorAll("[data-tabs='']")) attach(tabs);
});

function attach(root) {
  root.dataset.tabs = "on";
  const list = root.querySelector("[data-tablist]");
  const tabs = [...list.children];
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    const panel = panelOf(tab);
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
  }
  const choose = (chosen) => {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      panelOf(tab).hidden = tab !== chosen;
    }
  };
  choose(tabs.find((tab) => tab.hash === location.hash) ?? tabs[0]);
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const next = neighbour(tabs, event.key);
    if (!next) return;
    event.preventDefault();
    choose(next);
    next.focus();
  });
}

function panelOf(tab) {
  return document.getElementById(tab.hash.slice(1));
}

function neighbour(tabs, key) {
  const at = tabs.indexOf(document.activeElement);
  switch (key) {
    case "ArrowRight":
      return tabs[(at + 1) % tabs.length];
    case "ArrowLeft":
      return tabs.at(at - 1);
    case "Home":
      return tabs[0];
    case "End":
      return tabs.at(-1);
    case " ":
      return tabs[at];
  }
}

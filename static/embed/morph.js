// Makes one element like another and keeps what is alike: focus, selection, what is open.
export function morph(from, to) {
  for (const name of from.getAttributeNames()) {
    if (name !== "open" && !to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const name of to.getAttributeNames()) {
    const value = to.getAttribute(name);
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  const old = [...from.childNodes];
  const fresh = [...to.childNodes];
  fresh.forEach((node, i) => {
    const before = old[i];
    if (before === undefined) from.appendChild(node);
    else if (before.nodeName !== node.nodeName) before.replaceWith(node);
    else if (node.nodeType === Node.ELEMENT_NODE) morph(before, node);
    else write(before, node.data);
  });
  for (const node of old.slice(fresh.length)) from.removeChild(node);
}

export function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

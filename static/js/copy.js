// [data-copy="<url>"]: puts what is at the URL on the clipboard, and says so; [data-copy="#<id>"]
// the text of the element with that id.

const SHOWN_MS = 2000;

document.addEventListener("click", (event) => {
  const button = Element.prototype.closest.call(event.target, "[data-copy]");
  if (button) copy(button);
});

async function copy(button) {
  const { copy: from } = button.dataset;
  const shown = from.startsWith("#") ? document.getElementById(from.slice(1)) : null;
  try {
    await write(shown ? Promise.resolve(shown.textContent) : fetchText(from));
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, SHOWN_MS);
    say("Copied");
  } catch {
    const instead = shown ? "Select the text instead." : "Download has the same text.";
    say(`This browser did not allow copying. ${instead}`, button);
  }
}

async function fetchText(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`Cannot fetch "${url}": the answer is ${answer.status}`);
  return answer.text();
}

// The item is handed over as a promise because some browsers forget the click while the text comes.
async function write(text) {
  if (globalThis.ClipboardItem && navigator.clipboard?.write) {
    const blob = text.then((text) => new Blob([text], { type: "text/plain" }));
    return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  }
  if (navigator.clipboard) return navigator.clipboard.writeText(await text);
  copySelected(await text);
}

// Without https there is no clipboard to write to, only this.
function copySelected(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "sr";
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  if (!isCopied) throw new Error("Cannot copy: the browser refused");
}

function say(text, button) {
  document.getElementById("announcer").textContent = text;
  if (!button) return;
  const note = document.createElement("p");
  note.className = "copy-note";
  note.textContent = text;
  button.closest(".actions").querySelector(".copy-note")?.remove();
  button.closest(".actions").prepend(note);
}

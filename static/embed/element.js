import { morph, write } from "./morph.js";
import { ask, UNREACHABLE } from "./requests.js";

const own = document.currentScript ?? document.querySelector('script[src*="/static/embed.js"]');
export const HOME = own === null ? location.origin : new URL(own.src).origin;

const COPY = "Copy";
const COPIED = "Copied";
const COPIED_MS = 2000;
const GONE = "This is no longer available.";
const UNCOPIED = "This browser did not allow copying. Download has the same text.";

// For pages that want HTML to come through a policy they know (Trusted Types).
const trusted =
  globalThis.trustedTypes?.createPolicy("callboard", { createHTML: (html) => html }) ??
    { createHTML: (html) => html };
// The server puts the stylesheet in.
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLES);

export class CallboardElement extends HTMLElement {
  static observedAttributes = ["token", "base"];
  #root = this.attachShadow({ mode: "open" });
  #stop = () => {};
  #status = "";
  #isOn = false;

  constructor() {
    super();
    this.#root.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-copy]");
      if (button) this.#copy(button);
    });
  }

  connectedCallback() {
    this.#isOn = true;
    this.#start();
  }

  disconnectedCallback() {
    this.#isOn = false;
    this.#stop();
  }

  attributeChangedCallback(_name, before, after) {
    if (this.#isOn && before !== after) this.#start();
  }

  #start() {
    this.#stop();
    this.#status = "";
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.innerHTML = trusted.createHTML(
      '<div class="cb-body"><slot></slot></div><p class="cb-note"></p>' +
        '<p class="cb-said cb-sr" role="status"></p>',
    );
    const base = new URL(this.getAttribute("base") || HOME, location.href).origin;
    this.#stop = this.play(base, encodeURIComponent(this.getAttribute("token") ?? ""));
  }

  part(name) {
    return this.#root.querySelector(`.cb-${name}`);
  }

  // The fragment is the server's own, and holds no script by construction.
  show(place, html) {
    const { body } = new DOMParser().parseFromString(trusted.createHTML(html), "text/html");
    body.className = place.className;
    morph(place, body);
    for (const button of place.querySelectorAll("[data-copy]")) {
      button.hidden = !globalThis.ClipboardItem;
    }
    const status = place.firstElementChild?.dataset.status ?? "";
    if (status === this.#status) return status;
    this.#status = status;
    if (status === "gone") this.fail(status, place.textContent);
    else if (status !== "") {
      write(this.part("said"), place.querySelector(".cb-status").textContent);
      this.tell("status", { status });
    }
    return status;
  }

  // The text is handed over as a promise: some browsers forget the click while it comes.
  async #copy(button) {
    const label = button.querySelector("span");
    const asked = ask(button.dataset.copy);
    const text = asked.then((answer) => answer.ok ? answer.blob() : Promise.reject(answer))
      .then((blob) => blob.slice(0, blob.size, "text/plain"));
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
      write(label, COPIED);
      write(this.part("said"), COPIED);
      setTimeout(() => write(label, COPY), COPIED_MS);
    } catch {
      const answer = await asked;
      this.say(answer?.ok ? UNCOPIED : answer?.status === 404 ? GONE : UNREACHABLE);
    }
  }

  say(text) {
    write(this.part("note"), text);
  }

  fail(reason, message) {
    this.say(reason === "gone" ? "" : message);
    this.tell("error", { reason, message });
  }

  tell(name, detail) {
    this.dispatchEvent(
      new CustomEvent(`callboard:${name}`, { detail, bubbles: true, composed: true }),
    );
  }
}

/*
 * <callboard-task token="…" base="…"> shows a task as it runs, <callboard-app token="…" base="…">
 * runs an app and shows its tasks. `base` is the Callboard they come from; without it, the one that
 * this file comes from. What stands inside them is shown until there is something to show.
 *
 * They tell of themselves: callboard:status {status}, callboard:done {status}, and
 * callboard:error {reason: "gone" | "unreachable" | "refused", message}.
 *
 * The server puts its stylesheet in for STYLES. Fields of a form are named by people and hide its
 * properties of that name, so that only such are read of a form which no small-letter name can hide.
 */
(() => {
  if (customElements.get("callboard-task")) return;
  const own = document.currentScript ?? document.querySelector('script[src*="/static/embed.js"]');
  const HOME = own === null ? location.origin : new URL(own.src).origin;

  const QUIET_MS = 1000;
  const LONGEST_WAIT_MS = 30_000;
  const MOST_TRIES = 4;
  const LOST = "Connection lost, trying again.";
  const COPIED = "Copied";
  const COPIED_MS = 2000;
  const UNCOPIED = "This browser did not allow copying. Download has the same text.";
  const UNREACHABLE = "Callboard cannot be reached from here, or does not allow this site.";

  // For pages that want HTML to come through a policy they know (Trusted Types).
  const trusted =
    globalThis.trustedTypes?.createPolicy("callboard", { createHTML: (html) => html }) ??
      { createHTML: (html) => html };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);

  class CallboardElement extends HTMLElement {
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
      const before = label.textContent;
      const text = ask(button.dataset.copy).then((answer) => answer.blob())
        .then((blob) => blob.slice(0, blob.size, "text/plain"));
      try {
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
        write(label, COPIED);
        write(this.part("said"), COPIED);
        setTimeout(() => write(label, before), COPIED_MS);
      } catch {
        this.say(UNCOPIED);
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

  class CallboardTask extends CallboardElement {
    play(base, token) {
      return follow(this, this.part("body"), `${base}/embed/tasks/${token}`);
    }
  }

  class CallboardApp extends CallboardElement {
    play(base, token) {
      const form = this.part("body");
      const result = document.createElement("div");
      form.after(result);
      let unfollow = () => {};
      let isOver = false;
      let timer;
      let failures = 0;
      const load = async () => {
        const answer = await ask(`${base}/embed/apps/${token}/fragment`);
        if (isOver) return;
        if (isSettled(answer)) this.show(form, await answer.text());
        else if (++failures < MOST_TRIES) timer = setTimeout(load, pauseAfter(failures));
        else this.fail("unreachable", UNREACHABLE);
      };
      const submit = async (event) => {
        event.preventDefault();
        const started = await this.#run(form, event.target, base);
        if (started === null || isOver) return;
        unfollow();
        unfollow = follow(this, result, `${base}/embed/tasks/${started}`);
      };
      form.addEventListener("submit", submit);
      load();
      return () => {
        isOver = true;
        clearTimeout(timer);
        unfollow();
        form.removeEventListener("submit", submit);
        result.remove();
      };
    }

    // Gives the token of the new task; null where there is none, with the words that say why.
    async #run(place, form, base) {
      const button = form.querySelector(".cb-run");
      button.disabled = true;
      this.say("");
      for (const field of form.querySelectorAll("[aria-invalid]")) {
        field.removeAttribute("aria-invalid");
        field.parentNode.querySelector(".field-error").hidden = true;
      }
      const answer = await ask(base + form.getAttribute("action"), {
        method: "POST",
        headers: { Accept: "application/json, text/html" },
        body: new URLSearchParams(new FormData(form)),
      });
      button.disabled = false;
      if (answer?.ok) return (await answer.json()).token;
      if (answer?.status === 422) {
        this.show(place, await answer.text());
        place.querySelector("[aria-invalid]")?.focus();
      } else {
        const { detail } = await answer?.json().catch(() => ({})) ?? {};
        this.fail(answer ? "refused" : "unreachable", detail ? `${detail}.` : UNREACHABLE);
      }
      return null;
    }
  }

  // Follows a task from any state to its end, and gives what stops it. The browser connects again
  // by itself unless it was refused: then the fragment says why. A hidden page holds no connection.
  function follow(element, place, url) {
    let source;
    let timer;
    let note;
    let seen;
    let failures = 0;
    let hasConnected = false;
    let isOver = false;
    let status = "";
    let shownAt = 0;
    const clock = setInterval(() => tick(place, shownAt), 1000);

    function show(html) {
      shownAt = performance.now();
      status = element.show(place, html);
      tick(place, shownAt);
    }

    function calm() {
      clearTimeout(note);
      note = undefined;
      element.say("");
    }

    function connect() {
      source?.close();
      source = new EventSource(`${url}/events${whatIsSeen()}`);
      source.onopen = () => {
        hasConnected = true;
        failures = 0;
        calm();
      };
      source.onmessage = ({ data, lastEventId }) => {
        seen = lastEventId;
        show(data);
      };
      source.addEventListener("done", end);
      source.onerror = () => {
        note ??= setTimeout(() => element.say(LOST), QUIET_MS);
        if (source.readyState === EventSource.CLOSED) retry();
      };
    }

    // Whoever looks on is no other visitor, and needs nothing that is shown already.
    function whatIsSeen() {
      return seen === undefined ? "" : `?after=${encodeURIComponent(seen)}`;
    }

    function retry() {
      timer = setTimeout(look, pauseAfter(++failures));
    }

    async function look() {
      const answer = await ask(`${url}/fragment${whatIsSeen()}`);
      if (isOver || document.hidden) return;
      if (isSettled(answer)) {
        seen ??= "";
        show(await answer.text());
        return status === "running" ? connect() : end();
      }
      if (hasConnected || failures < MOST_TRIES) return retry();
      stop();
      element.fail("unreachable", UNREACHABLE);
    }

    function end() {
      if (isOver) return;
      stop();
      calm();
      if (status !== "gone") element.tell("done", { status });
    }

    function turn() {
      source?.close();
      clearTimeout(timer);
      if (!document.hidden) connect();
    }

    function stop() {
      isOver = true;
      source?.close();
      clearTimeout(timer);
      clearTimeout(note);
      clearInterval(clock);
      document.removeEventListener("visibilitychange", turn);
    }

    document.addEventListener("visibilitychange", turn);
    turn();
    return stop;
  }

  function ask(url, options) {
    return fetch(url, { credentials: "omit", ...options }).catch(() => null);
  }

  function isSettled(answer) {
    return answer !== null && (answer.ok || answer.status === 404);
  }

  function pauseAfter(failures) {
    return Math.min(250 * 2 ** failures, LONGEST_WAIT_MS) * (0.7 + Math.random() * 0.6);
  }

  function write(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  // A running task's clock goes on between two messages.
  function tick(place, since) {
    const clock = place.querySelector("[data-clock]");
    if (!clock) return;
    const seconds = Math.floor((Number(clock.dataset.clock) + performance.now() - since) / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const two = (number) => String(number).padStart(2, "0");
    write(clock, `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`);
    clock.hidden = false;
  }

  // Makes one element like another and keeps what is alike: focus, selection, what is open.
  function morph(from, to) {
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

  customElements.define("callboard-task", CallboardTask);
  customElements.define("callboard-app", CallboardApp);
})();

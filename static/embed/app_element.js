import { CallboardElement } from "./element.js";
import { follow } from "./follow.js";
import { ask, isSettled, MOST_TRIES, pauseAfter, UNREACHABLE } from "./requests.js";

export class CallboardApp extends CallboardElement {
  play(base, token) {
    const form = this.part("body");
    const result = document.createElement("div");
    form.after(result);
    let unfollow = () => {};
    let isOver = false;
    let timer;
    let failures = 0;
    const query = this.getAttribute("query")?.replace(/^\??/, "?") ?? "";
    const load = async () => {
      const answer = await ask(`${base}/embed/apps/${token}/fragment${query}`);
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
      body: new FormData(form),
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

/*
 * Nothing typed is lost: an answer that is not the form again (an error page, a sign-in page, no
 * answer at all) does not replace it, and is said above it instead. Where a button shows what is
 * refused in a place of its own, it says there that nothing was answered.
 */
const GUARDED = "[data-guarded-form]";
const NO_ANSWER = "Callboard did not answer. Try again";

function say(place, text) {
  const alert = place.querySelector("[data-form-alert]");
  if (!alert) return;
  alert.querySelector("span").textContent = `${text}. What you typed is still here`;
  alert.hidden = false;
  alert.scrollIntoView({ block: "nearest" });
}

function headingOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("h1, h2")?.textContent.trim().replace(/\.$/, "");
}

function guardedPlace(event) {
  const place = event.detail?.ctx?.sourceElement;
  return place?.matches?.(GUARDED) ? place : null;
}

document.addEventListener("htmx:before:swap", (event) => {
  const place = guardedPlace(event);
  const { text, response } = event.detail.ctx;
  if (!place || text.includes(`id="${place.id}"`)) return;
  event.preventDefault();
  say(place, headingOf(text) || `Callboard answered with an error (${response.status})`);
});

document.addEventListener("htmx:error", (event) => {
  const place = guardedPlace(event);
  if (place) return say(place, NO_ANSWER);
  const notice = event.detail?.ctx?.target;
  if (notice?.matches?.("[role=alert]")) notice.textContent = `${NO_ANSWER}.`;
});

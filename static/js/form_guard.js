/*
 * Nothing typed is lost: an answer that is not the form again (an error page, a sign-in page, no
 * answer at all) does not replace it, and is said above it instead, with the way on in another tab
 * where the answer has one. Where a button shows what is
 * refused in a place of its own, it says there that nothing was answered.
 */
const GUARDED = "[data-guarded-form]";
const NO_ANSWER = "Callboard did not answer. Try again";

function say(place, text, way) {
  const alert = place.querySelector("[data-form-alert]");
  if (!alert) return;
  const words = alert.querySelector("span");
  words.textContent = `${text}. What you typed is still here`;
  if (way) words.append(". ", Object.assign(document.adoptNode(way), { target: "_blank" }));
  alert.hidden = false;
  alert.scrollIntoView({ block: "nearest" });
}

function headingOf(page) {
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
  const page = new DOMParser().parseFromString(text, "text/html");
  const heading = headingOf(page) || `Callboard answered with an error (${response.status})`;
  say(place, heading, page.querySelector("[data-way-on]"));
});

document.addEventListener("htmx:error", (event) => {
  const place = guardedPlace(event);
  if (place) return say(place, NO_ANSWER);
  const notice = event.detail?.ctx?.target;
  if (notice?.matches?.("[role=alert]")) notice.textContent = `${NO_ANSWER}.`;
});

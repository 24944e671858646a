/*
 * A link that htmx follows and that gets no part of a page for an answer is followed as links are:
 * the reader then sees the error page, or the browser's word that nobody answers.
 */
function followLink({ detail }) {
  const link = detail?.ctx?.sourceElement;
  if (link?.localName === "a" && link.href) location.assign(link.href);
}

document.addEventListener("htmx:response:error", followLink);
document.addEventListener("htmx:error", followLink);

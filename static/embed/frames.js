import { HOME } from "./element.js";

const HOW_HIGH = "callboard:height?";

function isFrameUrl({ origin, pathname }) {
  return origin === HOME && pathname.startsWith("/embed/");
}

/**
 * Makes iframes of Callboard as high as what they show. The page that holds them asks, which says
 * nothing; they tell their height to whoever holds them and has asked, and to nobody else.
 */
export function fitFrames() {
  const frames = () =>
    [...document.querySelectorAll("iframe[src]")].filter(({ src }) =>
      URL.canParse(src) && isFrameUrl(new URL(src))
    );
  const askAll = () => {
    for (const { contentWindow } of frames()) contentWindow?.postMessage(HOW_HIGH, "*");
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== HOME || !(data?.callboardHeight > 0)) return;
    const frame = frames().find(({ contentWindow }) => contentWindow === source);
    if (frame) frame.style.height = `${Math.ceil(data.callboardHeight)}px`;
  });
  document.addEventListener("load", askAll, true);
  askAll();
}

/** In such an iframe: tells its height, now and whenever it changes. */
export function tellHeight() {
  if (parent === globalThis || !isFrameUrl(location)) return;
  let host;
  const tell = () => {
    const callboardHeight = document.body.getBoundingClientRect().height;
    if (host !== undefined) parent.postMessage({ callboardHeight }, host);
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (source !== parent || data !== HOW_HIGH) return;
    host = origin;
    tell();
  });
  new ResizeObserver(tell).observe(document.body);
}

// <time datetime>: in this browser's zone. The cookie lets the next page come that way at once.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone,
  year: "numeric",
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function localise() {
  const thisYear = partsOf(Date.now()).year;
  for (const element of document.querySelectorAll("time[datetime]")) {
    const { year, month, day, hour, minute, second } = partsOf(Date.parse(element.dateTime));
    const clock = `${hour}:${minute}:${second}`;
    const date = `${day} ${month.slice(0, 3)}${year === thisYear ? "" : ` ${year}`}`;
    show(element, `${date}, ${clock}`, `${day} ${month} ${year}, ${clock} ${zone}`);
  }
}

function partsOf(at) {
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

function show(element, text, title) {
  if (element.textContent !== text) element.textContent = text;
  if (element.title !== title) element.title = title;
}

document.cookie = `tz=${zone}; path=/; max-age=31536000; samesite=lax`;
localise();
document.addEventListener("htmx:after:swap", localise);

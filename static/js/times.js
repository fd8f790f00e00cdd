// "2 h", "40 min", "3 d" for <time datetime data-relative>; the full time as its title, once one
// points at it. Made in the browser, so that what the server caches holds no clock.

const page = document.documentElement.lang || undefined;
const language = page === "en" ? "en-GB" : page;   // the day before the month
const full = writer({ dateStyle: "long", timeStyle: "short" });
const day = writer({ day: "numeric", month: "short", year: "numeric" });

/** Made when it is needed: on a phone that takes as long as all else that a page does at first. */
function writer(style) {
  let made;
  return date => (made ??= new Intl.DateTimeFormat(language, style)).format(date);
}

function ago(date) {
  const minutes = Math.floor((Date.now() - date) / 60000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  if (minutes < 14 * 24 * 60) return `${Math.floor(minutes / 60 / 24)} d`;
  return day(date);
}

function write() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const date = new Date(time.dateTime);
    if (isNaN(date)) continue;
    const text = ago(date);
    if (time.textContent !== text) time.textContent = text;
  }
}

write();
setInterval(write, 60_000);
document.addEventListener("pointerover", event => {
  const time = event.target.closest?.("time[data-relative]");
  const date = new Date(time?.dateTime);
  if (time && !time.title && !isNaN(date)) time.title = full(date);
});
document.addEventListener("htmx:after:swap", write);

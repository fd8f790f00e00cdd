// Drafts whose form is not open are offered where they belong: those of a map on its page, and
// whatever else on the first page. What was on its way when the session ended opens by itself.
import { drafts, sent } from "./draft-store.js";

const { body } = document;
const phone = matchMedia("(max-width: 56.24em)");
const margin = document.getElementById("margin");
const signingIn = document.querySelector("[type=password]") !== null;
const wentWrong = body.classList.contains("page-error");

/** Whether a form of a page was taken: the server led from that page to this one. */
function arrived({ page }) {
  return document.referrer === page && location.href !== page && !signingIn && !wentWrong;
}

// Below the head of the page; where article and argument are tabs, in the one that is shown
const lines = document.createElement("div");
lines.className = "drafts";

function put() {
  const article = phone.matches && document.documentElement.dataset.pane === "article" && document.getElementById("article");
  if (article) article.prepend(lines);
  else document.querySelector("#argument > .views, .all-maps > .head").after(lines);
}

function offer(address, { says, onPage }) {
  const line = document.createElement("p");
  line.className = "message unsent";
  const words = document.createElement("q");
  words.textContent = says.length > 80 ? `${says.slice(0, 80).trimEnd()}…` : says;
  const open = document.createElement("a");
  open.href = address;
  open.textContent = "Go on writing";
  if (!onPage) for (const [name, value] of Object.entries({ get: address, target: "#margin", swap: "innerHTML", sync: "#margin:replace" })) open.setAttribute(`hx-${name}`, value);
  open.addEventListener("click", () => { line.hidden = true; });   // it is what asks for the form, so it stays
  const discard = document.createElement("button");
  discard.type = "button";
  discard.textContent = "Discard it";
  discard.addEventListener("click", () => { drafts.drop(address); line.remove(); });
  line.append("You wrote this and did not send it: ", words, " ", open, " ", discard);
  lines.append(line);
  put();
  window.htmx?.process(line);
  return open;
}

const last = sent.get();
if (last && arrived(last)) drafts.drop(last.address);
if (last && document.querySelector("[data-goes-on]")) sent.set(last.address);   // goes on from here
else if (!signingIn && !wentWrong) sent.clear();

if (margin) {
  new MutationObserver(put).observe(document.documentElement, { attributeFilter: ["data-pane"] });
  phone.addEventListener("change", put);
}

const map = margin && location.pathname;
const home = location.pathname === "/";
const shown = new Set([...document.querySelectorAll("form")].map(form => form.getAttribute("action")?.split("?")[0]));
for (const address of (map || home) ? drafts.addresses() : []) {
  const path = address.split("?")[0];
  const here = map ? path.startsWith(map) : !path.startsWith("/maps/");
  const draft = here && !shown.has(path) && drafts.get(address);
  if (!draft?.says) continue;
  const open = offer(address, draft);
  if (map && last?.address === address && last.page === location.href) open.click();
}

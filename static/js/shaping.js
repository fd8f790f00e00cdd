// For whoever may move steps: the sign of a card turns it ("r"), "x" cuts a statement and "v" puts it
// below another one; or one drags it there by the line above its words.
import { each, typing } from "./page.js";
import { single } from "./keyboard.js";

const RELATIONS = ["supports", "opposes", "undercuts", "joins"];
const form = document.getElementById("shaping");
let cut = null;      // the number of a statement
let dragged = null;  // a card

const cardOf = number => document.getElementById(`card-${number}`);
const relationOf = card => RELATIONS.find(each => card.classList.contains(each));
const seen = card => `${relationOf(card)} ${card.dataset.under}`;
const say = text => document.dispatchEvent(new CustomEvent("argmap:toast", { detail: { text } }));

function send(path, fields) {
  form.setAttribute("hx-post", form.dataset.map + path);
  form.replaceChildren(...Object.entries(fields).map(([name, value]) =>
    Object.assign(document.createElement("input"), { type: "hidden", name, value })));
  form.requestSubmit();
}

function turn(card) {
  if (card.dataset.link) send(`links/${card.dataset.link}/turn/`, { seen: seen(card) });
}

/** What bears on nothing yet begins to, as statements of its kind mostly do. */
function putBelow(card, target) {
  const on = target.dataset.node;
  if (!mayGoBelow(card, target)) return;
  if (card.dataset.link) return send(`links/${card.dataset.link}/move/`, { seen: seen(card), on });
  const relation = card.matches(".counterpoint, .thesis") ? "opposes" : "supports";
  send(`nodes/${card.dataset.node}/link/`, { relation, on });
}

const mayGoBelow = (card, target) =>
  card && target && card !== target && card.dataset.under !== target.dataset.node && !card.closest(".item").contains(target);

function setCut(number) {
  cut = number;
  showCut();
}

function showCut() {
  for (const card of document.querySelectorAll(".card.cut")) card.classList.remove("cut");
  if (cut) cardOf(cut)?.classList.add("cut");
}

function press(event, card) {
  if (event.key === "r") return turn(card), true;
  if (event.key === "x") {
    setCut(card.dataset.node);
    say(`#${cut} is cut. Go to the statement on which it is to bear, and press v.`);
    return true;
  }
  if (event.key !== "v" || !cut) return false;
  putBelow(cardOf(cut), card);
  setCut(null);
  return true;
}

if (form) {
  document.addEventListener("keydown", event => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape" && cut) setCut(null);
    const card = event.target.closest?.("#outline .card");
    if (card && single() && !typing(event.target) && press(event, card)) event.preventDefault();
  });

  document.addEventListener("click", event => {
    const sign = event.target.closest?.("#outline .card .glyph");
    if (sign) turn(sign.closest(".card"));
  });

  each("#outline .card > .kind", line => { line.draggable = true; });
  document.addEventListener("dragstart", event => {
    dragged = event.target.matches?.("#outline .card > .kind") ? event.target.closest(".card") : null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", `#${dragged.dataset.node}`);
    event.dataTransfer.setDragImage(dragged, 8, 8);
  });
  const over = event => {
    const card = dragged && event.target.closest?.("#outline .box")?.querySelector(":scope > .card");
    return mayGoBelow(dragged, card) ? card : null;
  };
  const light = card => {
    for (const each of document.querySelectorAll(".card.drop")) if (each !== card) each.classList.remove("drop");
    card?.classList.add("drop");
  };
  document.addEventListener("dragover", event => {
    const card = over(event);
    light(card);
    if (card) event.preventDefault();
  });
  document.addEventListener("drop", event => {
    const card = over(event);
    if (card) { event.preventDefault(); putBelow(dragged, card); }
  });
  document.addEventListener("dragend", () => { dragged = null; light(null); });
  document.addEventListener("htmx:after:swap", showCut);
}

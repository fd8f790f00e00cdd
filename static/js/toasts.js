// Short messages, read out politely: HX-Trigger {"argmap:toast": {"text": "…", "level": "error"}}.
// They go after six seconds, errors when they are closed, each when the next one comes. What the
// server puts into #toasts is treated alike; so is a connection that failed.
import { each } from "./page.js";

function say(text, level = "") {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const toast = document.createElement("div");
  toast.className = `toast ${level}`.trim();
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  box.append(toast);
}

each("#toasts", box => {
  const closing = new WeakSet();
  function keep(toast) {
    if (closing.has(toast)) return;
    closing.add(toast);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "toast-close";
    close.setAttribute("aria-label", "Close");
    close.textContent = "×";
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    if (toast.classList.contains("error")) return;
    const leave = () => { toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove(); };
    setTimeout(leave, 6000);
  }
  const look = () => {
    const toasts = [...box.querySelectorAll(".toast")];
    const last = toasts.pop();
    for (const toast of toasts) toast.remove();
    if (last) keep(last);
  };
  new MutationObserver(look).observe(box, { childList: true });
  // What scrolls ends above them, so that they cover nothing that can be pressed
  new ResizeObserver(() => {
    const room = box.childElementCount ? innerHeight - box.getBoundingClientRect().top : 0;
    document.documentElement.style.setProperty("--toasts", `${Math.ceil(room)}px`);
  }).observe(box);
  look();
});

document.addEventListener("argmap:toast", event => say(event.detail.text, event.detail.level));

document.addEventListener("htmx:error", event => {
  if (!event.detail?.ctx || event.detail.ctx.response) return;   // only what never got an answer
  if (!["click", "submit", "change", "input"].includes(event.detail.ctx.sourceEvent?.type)) return;
  say("The server could not be reached. Nothing was lost; please try again.", "error");
});

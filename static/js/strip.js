// The heat strip shows with a frame which part of the text is in view; a click goes there.
import { each } from "./page.js";

each("#strip", strip => {
  const article = document.getElementById("article");
  const text = document.getElementById("text");
  const drawing = strip.querySelector("svg");
  if (!article || !text || !drawing) return;

  const frame = document.createElement("div");
  frame.className = "frame";
  strip.append(frame);

  function draw() {
    const all = text.getBoundingClientRect();
    const seen = article.getBoundingClientRect();
    if (!all.height || !strip.clientHeight) return;
    const track = drawing.getBoundingClientRect();
    const top = Math.max(0, (seen.top - all.top) / all.height);
    const bottom = Math.min(1, (seen.bottom - all.top) / all.height);
    const inset = track.top - strip.getBoundingClientRect().top;
    frame.style.top = `${inset + Math.min(top, 1) * track.height - 4}px`;
    frame.style.height = `${Math.max(12, (bottom - top) * track.height + 8)}px`;
  }

  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  };
  article.addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  new ResizeObserver(soon).observe(text);
  new MutationObserver(() => { if (!frame.isConnected) strip.append(frame); }).observe(strip, { childList: true });
  draw();

  strip.addEventListener("click", event => {
    const track = drawing.getBoundingClientRect();
    const all = text.getBoundingClientRect();
    const part = (event.clientY - track.top) / track.height;
    const at = all.top - article.getBoundingClientRect().top + article.scrollTop + part * all.height;
    const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    article.scrollTo({ top: at - article.clientHeight / 3, behavior: smooth ? "smooth" : "auto" });
  });
});

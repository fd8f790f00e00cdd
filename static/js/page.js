// What the behaviours share: find elements now and after every swap, and move panes gently.

/** Call wire(element) once for each element that matches, now and whenever htmx brings one. */
export function each(selector, wire) {
  const seen = new WeakSet();
  const look = root => {
    for (const element of [root, ...root.querySelectorAll(selector)]) {
      if (element.matches(selector) && !seen.has(element)) {
        seen.add(element);
        wire(element);
      }
    }
  };
  look(document.body);
  window.htmx?.onLoad(root => { if (root.isConnected && root instanceof Element) look(root); });
}

/** Whether a person asked for this swap, as opposed to a live update. */
export const asked = event => ["click", "submit", "change"].includes(event.detail?.ctx?.sourceEvent?.type);

/** Scroll an element into view if it is not, at once where motion is unwelcome. */
export function reveal(element, block = "nearest", behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth") {
  if (!element?.getClientRects().length) return;
  const pane = element.closest(".article, .argument, .margin");
  const inside = element.getBoundingClientRect();
  const frame = { top: 0, bottom: innerHeight };
  if (pane) {
    const views = pane.querySelector(".views");   // may stick to the top of its pane
    const covered = views && getComputedStyle(views).position === "sticky" ? views.offsetHeight : 0;
    frame.top = pane.getBoundingClientRect().top + covered;
    frame.bottom = frame.top - covered + pane.clientHeight;
  }
  if (inside.top >= frame.top + 8 && inside.bottom <= frame.bottom - 8) return;
  const tall = inside.height > frame.bottom - frame.top;
  if (!pane) return element.scrollIntoView({ block: tall ? "start" : block, behavior });
  const room = frame.bottom - frame.top - inside.height;
  const above = inside.top - frame.top;
  const by = tall || (block === "nearest" && above < 8) ? above - 16
    : block === "nearest" ? above - room + 16
    : above - room / 2;
  pane.scrollBy({ top: by, behavior });
}

/** A small memory that may be missing. */
export const memory = {
  get(key) { try { return localStorage.getItem(`argmap.${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`argmap.${key}`, value); } catch { /* only for this page */ } },
  drop(key) { try { localStorage.removeItem(`argmap.${key}`); } catch { /* nothing to drop */ } },
};

/** Whether keys typed now belong to a field. */
export const typing = element => Boolean(element?.closest?.("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]"));

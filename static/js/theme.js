// Light, dark or as the system says. A classic script in <head>, so that the choice
// stands before the first paint; it also tells the stylesheets that scripts run.
(() => {
  const root = document.documentElement;
  const order = ["auto", "light", "dark"];
  const stored = () => { try { return localStorage.getItem("argmap.theme"); } catch { return null; } };
  const current = () => (order.includes(root.dataset.theme) ? root.dataset.theme : "auto");

  function apply(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  function label() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.textContent = `Theme: ${current()}`;
    }
  }

  root.classList.add("js");
  if (stored()) apply(stored());

  document.addEventListener("DOMContentLoaded", label);
  document.addEventListener("htmx:after:swap", label);
  document.addEventListener("click", event => {
    if (!event.target.closest?.("[data-theme-toggle]")) return;
    const next = order[(order.indexOf(current()) + 1) % order.length];
    apply(next);
    try { localStorage.setItem("argmap.theme", next); } catch { /* private mode: for this page only */ }
    label();
  });
})();

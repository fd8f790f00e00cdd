// A field that names a statement offers those that have the words one types: a combobox as the
// ARIA Authoring Practices describe it. Without this one types the number.
import { each } from "./page.js";

const WAIT = 120;   // milliseconds without a key
let count = 0;

each("input[data-picker]", input => {
  const many = "pickerMany" in input.dataset;   // numbers one after the other, of which one types the last
  const goes = "pickerGoes" in input.dataset;   // to what is taken; Enter alone looks for the words
  const list = document.createElement("ul");
  list.className = "picked";
  list.id = `picked-${++count}`;
  list.role = "listbox";
  list.hidden = true;
  list.ariaLabel = "Statements";
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.role = "status";
  const box = document.createElement("div");
  box.className = "picker";
  input.replaceWith(box);
  box.append(input, list, said);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.setAttribute("aria-controls", list.id);
  let at = -1, timer, asking, asked = null;

  const options = () => [...list.children];
  const wanted = () => (many ? input.value.split(",").at(-1) : input.value).trim();

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }

  function point(index) {
    const all = options();
    if (!all.length) return;
    at = (index + all.length) % all.length;
    all.forEach((option, i) => { option.ariaSelected = String(i === at); });
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    const { number, text } = option.dataset;
    if (many) {
      const before = input.value.split(",").slice(0, -1).map(part => part.trim()).filter(Boolean);
      input.value = [...before, number].join(", ") + ", ";
    } else {
      input.value = `#${number} ${text}`;
    }
    close();
    asked = wanted();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (goes) input.form.requestSubmit();
  }

  function show(statements) {
    list.replaceChildren(...statements.map(({ number, kind, text }, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.role = "option";
      option.ariaSelected = "false";
      Object.assign(option.dataset, { number, text: text.length > 80 ? `${text.slice(0, 79)}…` : text });
      const name = document.createElement("span");
      name.className = "number";
      name.textContent = `#${number} ${kind}`;
      option.append(name, ` ${text}`);
      return option;
    }));
    at = -1;
    list.hidden = !statements.length;
    input.ariaExpanded = String(!list.hidden);
    said.textContent = statements.length ? `${statements.length} found` : "Nothing found";
  }

  async function ask() {
    const words = wanted();
    if (words === asked) return;
    asked = words;
    asking?.abort();
    if (!words) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.picker}?q=${encodeURIComponent(words)}`, { signal: asking.signal });
      if (answer.ok && input === document.activeElement) show((await answer.json()).statements);
    } catch (error) {
      if (error.name !== "AbortError") close();   // the number can be typed all the same
    }
  }

  input.addEventListener("focus", () => { if (!many) input.select(); });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", event => event.preventDefault());   // the field keeps the focus
  list.addEventListener("click", event => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  input.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { asked = null; ask(); } else point(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1));
    } else if (event.key === "Enter" && !list.hidden && options().length && !(goes && at < 0)) {
      event.preventDefault();
      take(options()[Math.max(at, 0)]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab" && at >= 0 && !goes) {
      take(options()[at]);
    }
  });
});

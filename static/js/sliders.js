// A slider beside a number field sets it, and the other way round. As long as neither was touched
// the field is as it came, empty without a stance, so that nobody records what they did not set:
// <input type="range" data-sets="credence"> <input type="number" id="credence">
// <output for="credence">
import { each } from "./page.js";

const fieldOf = slider => document.getElementById(slider.dataset.sets);

function tell(slider) {
  const field = fieldOf(slider);
  const output = slider.form.querySelector(`output[for="${field.id}"]`);
  const saved = field.defaultValue ? `you: ${field.defaultValue} %` : "no stance yet";
  output.textContent = field.value === field.defaultValue ? saved : `${field.value || "–"} %, not saved yet`;
}

each("[data-sets]", slider => {
  const field = fieldOf(slider);
  slider.addEventListener("input", () => { field.value = slider.value; tell(slider); });
  field.addEventListener("input", () => { if (field.value) slider.value = field.value; tell(slider); });
});
// A live update brings what is saved, and leaves what is typed
document.addEventListener("htmx:after:swap", () => document.querySelectorAll("[data-sets]").forEach(tell));

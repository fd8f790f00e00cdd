// Shows a slider's value as it moves: <output for="id_credence" data-prefix="you: " data-suffix=" %">.
import { each } from "./page.js";

each("output[for]", output => {
  const field = document.getElementById(output.htmlFor.value);
  const write = () => { output.textContent = `${output.dataset.prefix ?? ""}${field.value}${output.dataset.suffix ?? ""}`; };
  field?.addEventListener("input", write);
});

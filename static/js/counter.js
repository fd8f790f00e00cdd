// How much has been typed, once it comes near the field's maxlength:
// <p class="counter" data-counter-for="id_text">.
import { each } from "./page.js";

each(".counter[data-counter-for]", counter => {
  const field = document.getElementById(counter.dataset.counterFor);
  if (!field) return;
  const most = field.maxLength;
  const write = () => {
    const now = [...field.value].length;
    counter.textContent = most > 0 && now > most * .6 ? `${now} / ${most}` : "";
    counter.classList.toggle("near", most > 0 && now > most * .9 && now <= most);
    counter.classList.toggle("over", most > 0 && now > most);
  };
  field.addEventListener("input", write);
  write();
});

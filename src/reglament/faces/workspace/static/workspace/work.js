/*
 * The workspace with scripts: forms of acts open in the page, and what is typed is kept in this browser
 * until it is sent. Without scripts every link and form does the same on a page of its own.
 */
const dialog = document.getElementById("act-dialog");
const room = document.getElementById("act");

async function open(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) {
    location.href = link.href;
    return;
  }
  room.innerHTML = await answer.text();
  window.htmx?.process(room);
  dialog.showModal();
  room.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  preview();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-act]");
  if (link && dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    open(link);
    return;
  }
  if (event.target.closest("[data-closes]") && dialog?.open) {
    event.preventDefault();
    dialog.close();
  }
});

/* Of the words of a refusal, those of the chosen ground. */
function preview() {
  const chosen = document.querySelector('input[name="ground"]:checked')?.value;
  if (!chosen) return;
  for (const words of document.querySelectorAll("[data-ground]")) words.hidden = words.dataset.ground !== chosen;
}

document.addEventListener("change", preview);
preview();

/* What is typed: kept for this tab while it is open, so that neither a reload nor a lost line takes it. */
const KEPT = "reglament.typed.";

function store(key, text) {
  try {
    if (text) sessionStorage.setItem(KEPT + key, text);
    else sessionStorage.removeItem(KEPT + key);
  } catch { /* storage may be forbidden; the text then stays in the field only */ }
}

function stored(key) {
  try { return sessionStorage.getItem(KEPT + key); } catch { return null; }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const field = form.querySelector("[data-typed]");
  if (!field) continue;
  const before = stored(form.dataset.draft);
  if (before && !field.value) field.value = before;
  field.addEventListener("input", () => store(form.dataset.draft, field.value));
  form.addEventListener("submit", () => store(form.dataset.draft, ""));
}

/* A tab of the composer that is chosen by a key takes the cursor into its field. */
for (const tab of document.querySelectorAll('.tab-set > input[name="tab"]')) {
  tab.addEventListener("change", () => {
    const fields = [...document.querySelectorAll(".tab-set > div textarea")];
    fields.find((field) => field.getClientRects().length)?.focus();
  });
  tab.addEventListener("click", () => tab.dispatchEvent(new Event("change")));
}

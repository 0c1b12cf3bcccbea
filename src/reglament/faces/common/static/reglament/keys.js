/*
 * Keys of the workspace. An element names its key: data-key="r" is pressed by R, data-key="Control+Enter"
 * by Ctrl or Cmd with Enter. Pressing a link or a button activates it, pressing a field focuses it.
 * Lists: J and K move among the links marked data-key-row. ? opens the dialog #shortcuts.
 *
 * Keys of one character work outside of fields only, and can be switched off in that dialog
 * (WCAG 2.2, success criterion 2.1.4). Letters are taken by their place on the keyboard, so that they
 * work in the Russian layout too.
 */
const OFF = "reglament.keys.off";
const dialog = document.getElementById("shortcuts");
const toggle = dialog?.querySelector("[data-keys-toggle]");

function isOff() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
}

function letterOf(event) {
  if (event.code.startsWith("Key")) return event.code.slice(3).toLowerCase();
  if (event.key === "?") return "?";
  if (event.code === "Slash") return "/";
  return event.key;
}

function nameOf(event) {
  const control = event.ctrlKey || event.metaKey ? "Control+" : "";
  return control + letterOf(event);
}

function isTyping(target) {
  return target.isContentEditable || target.closest("input:not([type=checkbox],[type=radio]), textarea, select") !== null;
}

function isShown(element) {
  return element.getClientRects().length > 0;
}

function press(element) {
  if (element.matches("input:not([type=submit],[type=button],[type=radio],[type=checkbox]), textarea, select")) element.focus();
  else element.click();
}

function step(forward) {
  const rows = [...document.querySelectorAll("[data-key-row]")].filter(isShown);
  if (!rows.length) return false;
  const here = rows.indexOf(document.activeElement);
  const start = here >= 0 ? here : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(Math.max(start + (forward ? 1 : -1), 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = nameOf(event);
  const plain = !name.startsWith("Control+");
  if (plain && (isOff() || isTyping(event.target) || document.querySelector("dialog[open]"))) return;
  if (name === "?" && dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (name === "j" || name === "k") {
    if (step(name === "j")) event.preventDefault();
    return;
  }
  const scope = !plain && event.target.closest("form");
  const wanted = `[data-key="${CSS.escape(name)}"]`;
  const found = [...(scope || document).querySelectorAll(wanted)].find(isShown);
  if (!found) return;
  event.preventDefault();
  press(found);
});

if (toggle) {
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => {
    try { localStorage.setItem(OFF, toggle.checked ? "0" : "1"); } catch { /* storage may be forbidden; the keys then stay on */ }
  });
}

for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.getElementById(opener.dataset.opens)?.showModal());
}

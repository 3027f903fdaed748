// The keyboard. Keys that something with focus needs itself are left to it.

const KEYS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  ArrowRight: () => seek(5),
  ArrowLeft: () => seek(-5),
  " ": () => current !== null && toggle(current),
  a: () => decideAndMove("accept"),
  r: () => decideAndMove("relabel", current === null ? null : tracks[current].suggested),
  m: () => decideAndMove("ambiguous"),
  s: () => decideAndMove("skip"),
  u: takeBack,
  "/": () => byId("search").focus(),
  "?": () => byId("help").showModal(),
};

function digit(key) {
  if (current === null || !/^[1-9]$/.test(key)) return undefined;
  const index = barClasses(tracks[current])[Number(key) - 1];
  return index === undefined ? undefined : () => decideAndMove("relabel", index);
}

// Whether the element takes this key itself.
function takes(target, key) {
  if (target.closest("input, select, textarea, dialog")) return true;
  if (target.closest("audio")) return key === " " || key.startsWith("Arrow");
  return key === " " && target.closest("button, summary, a") !== null;
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && event.target.closest(".filters")) list.focus();
  if (!byId("shortcuts").checked || takes(event.target, event.key)) return;
  const action = KEYS[event.key] ?? digit(event.key);
  if (!action) return;
  event.preventDefault();
  action();
}

// A button that the mouse pressed keeps focus, and the next blank would press it again.
function releaseFocus(event) {
  const pressed = event.target.closest("button");
  if (event.detail > 0 && pressed && !pressed.closest("dialog")) list.focus({ preventScroll: true });
}

document.addEventListener("keydown", press);
document.addEventListener("click", releaseFocus);

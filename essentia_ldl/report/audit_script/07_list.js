// The list: only the rows in sight, and a few around them, are in the document.

const list = byId("list");
const rows = new Map(); // By place in the list.
const AROUND = 6;
const TOP_CLASSES = 4;
let rowHeight = 1;

function measureRows() {
  rowHeight = 3.75 * parseFloat(getComputedStyle(document.documentElement).fontSize);
}

// Draw the list from anew, as after another filter.
function drawList() {
  rows.forEach((row) => row.remove());
  rows.clear();
  byId("rows").style.height = `${listed.length * rowHeight}px`;
  byId("none-listed").hidden = listed.length > 0;
  byId("n-listed").textContent = `${listed.length} of ${tracks.length} tracks`;
  byId("scored-by").textContent = shownScore();
  drawRows();
}

function drawRows() {
  const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - AROUND);
  const end = Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + AROUND;
  const last = Math.min(listed.length, end) - 1;
  for (const place of rows.keys()) if (place < first || place > last) removeRow(place);
  // From the end, so that a row's successor is there to be put in front of: Tab follows the order.
  for (let place = last; place >= first; place -= 1) if (!rows.has(place)) addRow(place);
}

function addRow(place) {
  const row = makeRow(place);
  rows.set(place, row);
  byId("rows").insertBefore(row, rows.get(place + 1) ?? null);
}

function removeRow(place) {
  const row = rows.get(place);
  // Focus must not fall to the page's top when its row leaves.
  if (row.contains(document.activeElement)) list.focus({ preventScroll: true });
  row.remove();
  rows.delete(place);
}

// Renew a track's row in place if it is in sight, keeping focus.
function refreshRow(index) {
  const place = listed.indexOf(index);
  const row = rows.get(place);
  if (!row) return;
  const focused = [...row.querySelectorAll("button")].indexOf(document.activeElement);
  const renewed = makeRow(place);
  row.replaceWith(renewed);
  rows.set(place, renewed);
  if (focused >= 0) renewed.querySelectorAll("button")[focused].focus({ preventScroll: true });
}

// The score at the end of each row: what the list is sorted by.
function shownScore() {
  return byId("order").value === "ambiguity" ? "ambiguity" : "suspicion";
}

function makeRow(place) {
  const index = listed[place];
  const row = make(
    "li",
    { className: "row", "aria-setsize": listed.length, "aria-posinset": place + 1 },
    hearButton(index),
    chooser(index),
    make("span", { className: "score" }, percent(tracks[index][shownScore()])),
  );
  row.style.top = `${place * rowHeight}px`;
  row.style.height = `${rowHeight}px`;
  row.dataset.track = index;
  if (index === current) row.setAttribute("aria-current", "true");
  if (decisions.has(index)) row.dataset.decision = decisions.get(index).kind;
  return row;
}

function chooser(index) {
  const track = tracks[index];
  const made = button("", "", () => choose(index), { className: "choose" });
  const tags = make("span", { className: "tags" });
  if (copies.get(index).length) tags.append(make("span", { className: "tag" }, "duplicate"));
  if (decisions.has(index)) {
    tags.append(make("span", { className: "tag decided" }, bdi(decisionTag(index))));
  }
  const labels = make("span", { className: "labels" }, bdi(classes[track.label]));
  if (track.suggested !== track.label) labels.append(" → ", bdi(classes[track.suggested]));
  made.append(bdi(track.name, "name"), labels, tags, shares(track));
  return made;
}

function decisionTag(index) {
  const { kind, label } = decisions.get(index);
  return kind === "relabel" ? `→ ${classes[label]}` : decisionText(index);
}

// The likeliest classes as one thin bar.
function shares(track) {
  const bar = make("span", { className: "shares", "aria-hidden": "true" });
  for (const index of ranked(track).slice(0, TOP_CLASSES)) {
    const part = make("span", { className: colourOf(index) });
    part.style.width = `${100 * track.distribution[index]}%`;
    bar.append(part);
  }
  return bar;
}

function scrollToPlace(place) {
  if (place < 0) return;
  const top = place * rowHeight;
  const low = list.scrollTop + rowHeight;
  const high = list.scrollTop + list.clientHeight - 2 * rowHeight;
  if (top < low) list.scrollTop = top - rowHeight;
  else if (top > high) list.scrollTop = top - list.clientHeight + 2 * rowHeight;
}

list.addEventListener("scroll", () => requestAnimationFrame(drawRows), { passive: true });

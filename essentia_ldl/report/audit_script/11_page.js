// The parts together: choosing a track, deciding, and beginning.

function choose(index) {
  const follows = !player.paused && loaded === current;
  const before = current;
  current = index;
  scrollToPlace(listed.indexOf(index));
  load(index);
  drawPanel();
  refreshRow(before);
  refreshRow(index);
  drawRows();
  showOnMap(index);
  drawMap();
  if (follows) play(index);
}

// Go to a track wherever it is, taking away filters that hide it.
function reveal(index) {
  if (!listed.includes(index)) setFilters({});
  choose(index);
}

function move(step) {
  const place = listed.indexOf(current);
  const next = listed[place < 0 ? 0 : Math.min(Math.max(place + step, 0), listed.length - 1)];
  if (next === undefined || next === current) return;
  choose(next);
  const { name, label, suggested, suspicion } = tracks[next];
  say(`${name}: given ${classes[label]}, suggested ${classes[suggested]}, suspicion ${percent(suspicion)}`);
}

function decideAndMove(kind, label) {
  if (current === null) return;
  const decided = current;
  const place = listed.indexOf(decided);
  decide(decided, kind, label);
  relist();
  // Where the filter took the decided track away, the next one has its place.
  const next = listed[listed[place] === decided ? place + 1 : place];
  choose(next ?? decided);
  say(`${tracks[decided].name}: ${decisionText(decided)}.`);
}

function takeBack() {
  const track = undo();
  if (track === undefined) return say("Nothing to undo.");
  relist();
  reveal(track);
  return say(`Undone: ${tracks[track].name} is ${decisionText(track) || "not decided"}.`);
}

// List the tracks anew after a decision, which may hide or show one.
function relist() {
  const before = listed.length;
  filter();
  if (listed.length === before) return;
  drawList();
  drawTracks();
}

function refilter() {
  filter();
  list.scrollTop = 0;
  drawList();
  if (!listed.includes(current) && listed.length) choose(listed[0]);
  drawTracks();
}

function showProgress() {
  const counts = countDecisions();
  byId("progress").max = tracks.length;
  byId("progress").value = decisions.size;
  byId("progress-text").textContent =
    `${decisions.size} of ${tracks.length} decided: ${counts.accept} accepted, ` +
    `${counts.relabel} relabelled, ${counts.ambiguous} ambiguous, ${counts.skip} skipped`;
}

function offerClasses() {
  const options = () => classes.map((name, index) => make("option", { value: index }, name));
  for (const id of ["given", "suggested", "other-class"]) byId(id).append(...options());
}

// Buttons of the tables further down: a track to go to, or a pair of classes to list.
function jump({ target }) {
  const pressed = target.closest("button[data-go], button[data-given]");
  if (!pressed) return;
  const { go, given, suggested } = pressed.dataset;
  if (go === undefined) setFilters({ given, suggested });
  else reveal(Number(go));
  byId("review").scrollIntoView();
  list.focus({ preventScroll: true });
}

function listen() {
  for (const id of ["given", "suggested", "state", "order"]) byId(id).addEventListener("change", refilter);
  byId("search").addEventListener("input", refilter);
  byId("accept").addEventListener("click", KEYS.a);
  byId("relabel").addEventListener("click", KEYS.r);
  byId("ambiguous").addEventListener("click", KEYS.m);
  byId("skip").addEventListener("click", KEYS.s);
  byId("undo").addEventListener("click", takeBack);
  byId("other-class").addEventListener("change", drawOtherClass);
  byId("relabel-other").addEventListener("click", () => {
    decideAndMove("relabel", Number(byId("other-class").value));
  });
  byId("export").addEventListener("click", download);
  byId("show-help").addEventListener("click", KEYS["?"]);
  byId("show-review").addEventListener("click", () => byId("review").scrollIntoView());
  document.addEventListener("click", jump);
  onDecision(showProgress);
  window.addEventListener("resize", () => {
    measureRows();
    drawList();
  });
  // Decisions of another tab count here as well.
  window.addEventListener("storage", ({ key }) => key === STORAGE_KEY && begin());
  window.addEventListener("beforeunload", (event) => {
    if (!isKept && decisions.size) event.preventDefault();
  });
}

function begin() {
  restore();
  showStorage();
  showProgress();
  measureRows();
  filter();
  drawList();
  if (listed.length) choose(listed.includes(current) ? current : listed[0]);
}

offerClasses();
makeLegend();
listen();
begin();

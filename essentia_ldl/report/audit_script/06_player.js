// One player: a track that begins to play ends the one before. Nothing is read from disk until then.

const player = byId("player");
let loaded = null; // The track in the player.

// Put a track into the player; one that is there already plays on.
function load(index) {
  const { audio, name } = tracks[index];
  if (loaded !== index) {
    loaded = index;
    byId("player-problem").hidden = true;
    if (audio === null) player.removeAttribute("src");
    else player.src = audio;
    player.setAttribute("aria-label", name);
  }
  byId("playing").replaceChildren(...(index === current ? [] : ["Playing ", bdi(name)]));
}

function play(index) {
  load(index);
  if (tracks[index].audio === null) return showProblem();
  // A refusal to play is an error of the element's, or the answer to a pause.
  return player.play().catch(() => {});
}

function toggle(index) {
  if (loaded === index && !player.paused) player.pause();
  else play(index);
}

function seek(seconds) {
  if (Number.isFinite(player.duration)) player.currentTime += seconds;
}

function showProblem() {
  byId("player-problem").hidden = false;
  byId("player-problem").textContent =
    tracks[loaded].audio === null
      ? "There is no audio beside this page for this track."
      : "This browser cannot play the file: it was moved, or is of a kind that browsers do not read. "
        + "Audits that are written with --copy-audio carry their audio with them.";
}

// A button that plays or pauses a track; there may be several for one.
function hearButton(index) {
  const made = button("", "", () => toggle(index), {
    className: "hear",
    disabled: tracks[index].audio === null,
  });
  made.dataset.hears = index;
  showHearing(made);
  return made;
}

function showHearing(made) {
  const index = Number(made.dataset.hears);
  const playing = loaded === index && !player.paused;
  made.textContent = playing ? "❚❚" : "▶";
  made.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${tracks[index].name}`);
}

function showPlaying() {
  document.querySelectorAll("button[data-hears]").forEach(showHearing);
}

player.addEventListener("error", () => player.hasAttribute("src") && showProblem());
player.addEventListener("play", showPlaying);
player.addEventListener("pause", showPlaying);

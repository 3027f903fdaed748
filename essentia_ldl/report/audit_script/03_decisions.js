// What was decided of each track: {kind: "accept" | "relabel" | "ambiguous" | "skip", label}, where
// label is the index of a class and only "relabel" has one. Kept in the browser under the audit's
// identity, which changes with the tracks and their labels.

const KINDS = ["accept", "relabel", "ambiguous", "skip"];
const STORAGE_KEY = `essentia-ldl audit ${audit.identity}`;
const decisions = new Map();
const undone = []; // What was before each decision, for undo: [{track, before}, ...].
const decisionListeners = [];
const storage = usableStorage();
let isKept = storage !== null; // Whether the last decision was; storage may be full.

// Browsers may refuse storage to pages from disk, or to all pages.
function usableStorage() {
  try {
    const probe = `${STORAGE_KEY} probe`;
    localStorage.setItem(probe, "");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}

function onDecision(listener) {
  decisionListeners.push(listener);
}

function decide(track, kind, label) {
  const same = kind === "relabel" && label === tracks[track].label;
  const decision = same ? { kind: "accept" } : kind === "relabel" ? { kind, label } : { kind };
  undone.push({ track, before: decisions.get(track) });
  change(track, decision);
}

// Take the last decision back; its track, or undefined where there is none.
function undo() {
  const last = undone.pop();
  if (last) change(last.track, last.before);
  return last?.track;
}

function change(track, decision) {
  if (decision) decisions.set(track, decision);
  else decisions.delete(track);
  save();
  decisionListeners.forEach((listener) => listener(track));
}

function save() {
  if (!storage) return;
  try {
    storage.setItem(STORAGE_KEY, JSON.stringify([...decisions]));
    isKept = true;
  } catch {
    isKept = false;
  }
  showStorage();
}

// Read what an earlier visit, or another tab, decided.
function restore() {
  decisions.clear();
  let kept = [];
  try {
    kept = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "[]");
  } catch {
    // Something else wrote there; it is overwritten with the next decision.
  }
  for (const entry of Array.isArray(kept) ? kept : []) {
    const [track, decision] = Array.isArray(entry) ? entry : [];
    if (isDecision(track, decision)) decisions.set(track, decision);
  }
}

function isDecision(track, decision) {
  if (!isIndex(track, tracks) || !KINDS.includes(decision?.kind)) return false;
  return decision.kind !== "relabel" || isIndex(decision.label, classes);
}

function isIndex(value, items) {
  return Number.isInteger(value) && value >= 0 && value < items.length;
}

function showStorage() {
  byId("no-storage").hidden = isKept;
}

// In words, for the list, the panel and screen readers.
function decisionText(track) {
  const decision = decisions.get(track);
  switch (decision?.kind) {
    case "accept":
      return "accepted";
    case "relabel":
      return `relabelled ${classes[decision.label]}`;
    case "ambiguous":
      return "ambiguous";
    case "skip":
      return "skipped";
    default:
      return "";
  }
}

function countDecisions() {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  for (const { kind } of decisions.values()) counts[kind] += 1;
  return counts;
}

// The corrected collection: a table that the program reads as a collection.

// A spreadsheet runs text that begins with one of these, in full width too.
const FORMULA = /^[=+\-@\t\r\n]/;

// An apostrophe keeps a spreadsheet from running a text; who reads the table as a collection takes
// it away, also from a text that had one of its own before a formula.
function csvText(text) {
  const start = text.replace(/^'+/, "").slice(0, 1).normalize("NFKC");
  const harmless = FORMULA.test(start) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

// What a track was given as a distribution: its votes' shares, or all of its label.
function givenDistribution(track) {
  if (track.votes === null) return classes.map((_, index) => Number(index === track.label));
  return shareOut(track.votes);
}

function shareOut(numbers) {
  const total = numbers.reduce((sum, number) => sum + number, 0);
  return numbers.map((number) => number / total);
}

// The votes that a track leaves with, one number for each class; null for none.
function exportedVotes(track, decision) {
  if (decision?.kind === "relabel") return null;
  if (decision?.kind !== "ambiguous") return track.votes;
  const heard = shareOut(track.distribution);
  return givenDistribution(track).map((share, index) => (share + heard[index]) / 2);
}

function exportedRow(track, decision, columns) {
  const label = decision?.kind === "relabel" ? decision.label : track.label;
  const row = [csvText(track.path), csvText(classes[label])];
  if (columns.group) row.push(csvText(track.group ?? ""));
  if (columns.votes) row.push(...(exportedVotes(track, decision) ?? classes.map(() => "")));
  return row.join(",");
}

function exportedTable() {
  const kept = [...tracks.keys()].filter((index) => decisions.get(index)?.kind !== "skip");
  const columns = {
    group: tracks.some((track) => track.group !== null),
    votes: kept.some((index) => exportedVotes(tracks[index], decisions.get(index)) !== null),
  };
  const header = ["path", "label"];
  if (columns.group) header.push("group");
  if (columns.votes) header.push(...classes.map((name) => `votes:${name}`));
  const rows = kept.map((index) => exportedRow(tracks[index], decisions.get(index), columns));
  return [header.map(csvText).join(","), ...rows, ""].join("\n");
}

function download() {
  const table = new Blob([exportedTable()], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(table);
  make("a", { href: address, download: audit.exportName }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  const { skip } = countDecisions();
  say(`Exported ${tracks.length - skip} tracks to ${audit.exportName}.`);
}

// The table of programs. What they are called is put there as text, never as markup.

const ROWS = 100;

/** `2.5 ms` */
export function duration(seconds) {
  const [value, unit] =
    seconds < 0.001
      ? [seconds * 1e6, "µs"]
      : seconds < 1
        ? [seconds * 1e3, "ms"]
        : seconds < 120
          ? [seconds, "s"]
          : seconds < 7200
            ? [seconds / 60, "min"]
            : [seconds / 3600, "h"];
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}

export class Programs {
  #body = document.getElementById("programs");
  #none = document.getElementById("none");
  /** The newest row of each process. */
  #rows = new Map();

  clear() {
    this.#body.replaceChildren();
    this.#rows.clear();
  }

  add({ time, pid, ppid, uid, command }) {
    const row = document.createElement("tr");
    row.className = "new";
    const clock = new Date(time).toTimeString().slice(0, 8);
    for (const [index, text] of [clock, pid, ppid, uid, command, "", "runs"].entries()) {
      const cell = row.insertCell();
      cell.textContent = String(text);
      if ([1, 2, 3, 5].includes(index)) cell.className = "number";
    }
    row.cells[4].title = command;
    row.dataset.pid = pid;
    this.#body.prepend(row);
    this.#rows.set(pid, row);
    this.#none.hidden = true;
    if (this.#body.rows.length > ROWS) this.#remove(this.#body.rows[ROWS]);
  }

  end({ pid, seconds, end }) {
    const row = this.#rows.get(pid);
    if (row === undefined) return;
    row.cells[5].textContent = duration(seconds);
    const last = row.cells[6];
    last.textContent = end === 0 ? "done" : typeof end === "number" ? `status ${end}` : end;
    last.classList.toggle("failed", end !== 0);
  }

  #remove(row) {
    const pid = Number(row.dataset.pid);
    if (this.#rows.get(pid) === row) this.#rows.delete(pid);
    row.remove();
  }
}

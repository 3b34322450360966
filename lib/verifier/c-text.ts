/** The variable that a line of C assigns the result of a call or an expression to: `struct ev *e = f(x);` → `e`. */
export function assignedName(line: string): string | undefined {
  if (/\bfor\s*\(/.test(line)) return undefined;
  const match = /^(?:[A-Za-z_][\w\s*]*?[\s*])?([A-Za-z_]\w*)\s*=(?!=)/.exec(line.trim());
  const rest = match === null ? "" : line.trim().slice(match[0].length);
  // With several assignments on a line, the right one is unknown.
  return match !== null && !/[^=!<>+\-*/%&|^]=(?!=)/.test(rest) ? match[1] : undefined;
}

/** The variable that is assigned where a place is in a line of C with several of them: `int *p = f(), *q = g();`. */
export function assignedAt(line: string, index: number): string | undefined {
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= line.length; at++) {
    const char = line[at] ?? ";";
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (depth === 0 && (char === "," || char === ";")) {
      if (index >= start && index < at) return assignedName(line.slice(start, at).trim().replace(/^\*+/, ""));
      start = at + 1;
    }
  }
  return undefined;
}

/** The arguments of a call in a line of C, as written there; undefined when the call is not there, or not whole. */
export function callArguments(line: string, callee: string): string[] | undefined {
  const call = new RegExp(`\\b${callee.replace(/[^\w]/g, "")}\\s*\\(`).exec(line);
  if (call === null) return undefined;
  const found: string[] = [];
  let depth = 0;
  let start = call.index + call[0].length;
  for (let at = start; at < line.length; at++) {
    const char = line[at] as string;
    if (depth === 0 && (char === "," || char === ")")) {
      found.push(line.slice(start, at).trim());
      start = at + 1;
      if (char === ")") return found;
    } else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
  }
  return undefined;
}

/** A short expression that can be named in a sentence: `e`, `skb->len`, `cells[i]`. */
export function isNameable(text: string | undefined): text is string {
  return (
    text !== undefined && text.length <= 32 && /^[&*]?[A-Za-z_][\w.]*((->|\.)\w+|\[[\w]+\])*$/.test(text)
  );
}

/** The condition of an `if`, `while` or `for` in a line of C. */
export function conditionOf(line: string): string | undefined {
  const start = /\b(?:if|while)\s*\(/.exec(line);
  if (start === null) return undefined;
  let depth = 1;
  for (let at = start.index + start[0].length; at < line.length; at++) {
    if (line[at] === "(") depth++;
    if (line[at] === ")" && --depth === 0) return line.slice(start.index + start[0].length, at).trim();
  }
  return undefined;
}

/** The access of a member whose name is at an index: `skb->len` for the index of `len`. */
export function memberAt(line: string, index: number): string | undefined {
  const before = /(?:[A-Za-z_]\w*(?:->|\.))+$/.exec(line.slice(0, Math.max(index, 0)))?.[0];
  const name = /^[A-Za-z_]\w*/.exec(line.slice(Math.max(index, 0)))?.[0];
  return before === undefined || name === undefined ? undefined : before + name;
}

/**
 * A code block of a page. The words after the language say what the test does with it:
 *
 * - `ts main.ts`: the name of the file, which other blocks of the page import.
 * - `ts main.ts run`: the program also runs.
 * - `c counter.bpf.c`: it is compiled, and blocks of the page can import its loader from `./counter.bpf.ts`.
 * - `output of main.ts`: lines that the program prints. A regular expression behind it (`output of main.ts /^\d+ bash$/`)
 *   matches the lines that can differ between runs.
 *
 * Comments that readers do not see go before a block:
 *
 * - `<!-- given: ... -->`: declarations for the blocks that follow on the page and import nothing.
 * - `<!-- uses: bpf-examples/xdp/xdp.bpf.c -->`: a file of the repository that belongs to the page;
 *   `<!-- uses: README.md counter.bpf.c -->`: a block of another page.
 * - `<!-- not compiled: reason -->`: the next block is left out.
 */
export interface Block {
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  /** The line of the fence, from 1. */
  readonly line: number;
  /** The declarations that the block is given. */
  readonly given: string;
  /** The reason why the block is not compiled. */
  readonly leftOut?: string;
}

export interface Page {
  /** The path from the root of the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  /** Files of the repository that belong to the page. */
  readonly uses: readonly string[];
}

// A fence may be in an item of a list: its indentation is taken from the lines of the block.
const part =
  /^<!-- (?<marker>given|uses|not compiled):\s(?<argument>[\s\S]*?)-->$|^(?<indent> *)```(?<info>\S.*)\n(?<text>[\s\S]*?)^ *```$/gm;

/** Reads the code blocks of a page, and the comments that say how to compile them. */
export function readPage(path: string, markdown: string): Page {
  const blocks: Block[] = [];
  const uses: string[] = [];
  let given = "";
  let leftOut: string | undefined;
  for (const match of markdown.matchAll(part)) {
    const { marker, argument = "", indent = "", info = "", text = "" } = match.groups ?? {};
    if (marker === "given") given = argument.trim();
    else if (marker === "uses") uses.push(argument.trim());
    else if (marker === "not compiled") leftOut = argument.trim();
    else {
      const [language = "", ...words] = info.split(" ");
      const line = markdown.slice(0, match.index).split("\n").length;
      const code = text.replaceAll(new RegExp(`^${indent}`, "gm"), "");
      blocks.push({ language, words, text: code, line, given, ...(leftOut !== undefined && { leftOut }) });
      leftOut = undefined;
    }
  }
  return { path, blocks, uses };
}

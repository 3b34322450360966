/** Whether the locale of the terminal has UTF-8, so that bars and lines can be drawn with block characters. */
export function drawsUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = env;
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  // The console of the kernel has no font with all blocks.
  return /utf-?8/i.test(locale) && TERM !== "linux" && TERM !== "dumb";
}

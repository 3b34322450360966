const begin = "<!-- From lib/ by scripts/docs-tables/; do not edit. -->\n\n";
const end = "\n\n<!-- End of the generated part. -->";

/** A generated part of a page, with the markers around it. */
export function marked(table: string): string {
  return begin + table + end;
}

/** The text between the markers of a page. */
export const betweenMarkers = new RegExp(`(?<=${begin})[^]*?(?=${end})`);

/** The parts of a page that follow from lib/, each between comments with its name. */
const namedPart =
  /(?<begin><!-- (?<name>[\w-]+), from lib\/ by scripts\/docs-tables\/ -->\n\n)[\s\S]*?(?<end>\n\n<!-- end -->)/g;

/** The page with its named parts as `make` returns them. */
export function withNamedParts(page: string, make: (name: string) => string): string {
  return page.replace(namedPart, (...match) => {
    const { begin, name, end } = match.at(-1) as Record<"begin" | "name" | "end", string>;
    return begin + make(name) + end;
  });
}

/** The names of those parts. */
export function namedParts(page: string): string[] {
  return [...page.matchAll(namedPart)].map(({ groups }) => groups?.["name"] ?? "");
}

const begin = "<!-- From lib/ by scripts/docs-tables/; do not edit. -->\n\n";
const end = "\n\n<!-- End of the generated part. -->";

/** A generated part of a page, with the markers around it. */
export function marked(table: string): string {
  return begin + table + end;
}

/** The text between the markers of a page. */
export const betweenMarkers = new RegExp(`(?<=${begin})[^]*?(?=${end})`);

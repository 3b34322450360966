import type { Layout } from "../codec/layout.ts";
import { slackOf } from "../codec/slack-of.ts";

/** What a codec says of itself so that what was read gives back its bytes, and nothing is written past its end. */
export function exactness(layout: Layout, littleEndian: boolean): string {
  const slack = slackOf(layout, littleEndian);
  const lines = [
    ...(slack.length > 0 ? [`  slack: ${JSON.stringify(slack).replaceAll(",", ", ")},\n`] : []),
    ...("tail" in layout && layout.tail ? ["  tail: true,\n"] : []),
  ];
  return lines.join("");
}

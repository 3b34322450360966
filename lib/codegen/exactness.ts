import { stringCode } from "../codec/emit/text.ts";
import type { Layout } from "../codec/layout.ts";
import { type Shortness, shortnessOf } from "../codec/shortness.ts";
import { slackOf } from "../codec/slack-of.ts";

/**
 * The properties of a codec for exact round trips of its bytes, for writes within its end, and for records that are
 * shorter than the type.
 */
export function exactness(layout: Layout, littleEndian: boolean): string {
  const slack = slackOf(layout, littleEndian);
  const short = shortnessOf(layout);
  const lines = [
    ...(slack.length > 0 ? [`  slack: ${JSON.stringify(slack).replaceAll(",", ", ")},\n`] : []),
    ...(short === undefined ? [] : [`  short: ${shortCode(short)},\n`]),
    ...("tail" in layout && layout.tail ? ["  tail: true,\n"] : []),
  ];
  return lines.join("");
}

function shortCode({ least, cut, text }: Shortness): string {
  if (text !== undefined) return `{ least: ${least}, text: ${text} }`;
  if (cut === undefined) return `{ least: ${least} }`;
  const path = cut.path.map(stringCode).join(", ");
  return `{ least: ${least}, cut: { path: [${path}], offset: ${cut.offset}, stride: ${cut.stride} } }`;
}

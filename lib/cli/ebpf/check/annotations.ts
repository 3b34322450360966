import type { Failure } from "./print.ts";

/** A failure as a workflow command of GitHub Actions, which shows it at the line of C if the reason names one. */
export function annotation({ kernel, object, subject, reason }: Failure): string {
  const [, file, line] = /\b([\w./-]+\.[ch]):(\d+)\b/.exec(reason) ?? [];
  const place = file === undefined ? "" : `file=${property(file)},line=${line},`;
  const title = [`Linux ${kernel}`, object, subject].filter((part) => part !== "").join(", ");
  return `::error ${place}title=${property(title)}::${data(reason)}`;
}

function data(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}

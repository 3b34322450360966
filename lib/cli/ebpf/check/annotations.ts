import type { Failure } from "./print.ts";

/** A failure as a workflow command of GitHub Actions, which shows it at the line of C if that is known. */
export function annotation({ kernel, object, subject, reason, place: at }: Failure): string {
  const place = at === undefined ? "" : `file=${property(relative(at.file))},line=${at.line},`;
  const title = [`Linux ${kernel}`, object, subject].filter((part) => part !== "").join(", ");
  return `::error ${place}title=${property(title)}::${data(reason)}`;
}

/** GitHub finds files by their path in the repository, from which commands usually start. */
function relative(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file.replace(/^(\.\/)+/, "");
}

function data(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function property(text: string): string {
  return data(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}

// kernels: native
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

// Phrases that docs/style.md bans and that have no other meaning in this repository.
const banned = /\b(is none of|are none of|whoever|tells? of|such as have|takes? no heed|hear of)\b/i;

test("comments, messages and documents contain no banned phrase", () => {
  const files = execFileSync("git", ["ls-files", "*.ts", "*.js", "*.cc", "*.h", "*.c", "*.md"], {
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .filter((file) => file !== "docs/style.md" && file !== "test/words.test.ts");
  expect(files.length).toBeGreaterThan(900);
  const found = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) => (banned.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

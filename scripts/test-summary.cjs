// The result of runs of vitest, from their JSON reports and from what test/support/run-report.ts wrote beside each.
// Prints each failed test with its message and each reason outside of the tests, then "N passed, N failed". Files of a
// later report replace those of an earlier one. Fails when a test failed or none ran.
// With --suspects first: prints the files to run again, one a line; none when one of the reasons has no file.
"use strict";

const { existsSync, readFileSync } = require("node:fs");
const { relative } = require("node:path");

const [mode, ...rest] = process.argv.slice(2);
const suspects = mode === "--suspects";
const reports = (suspects ? rest : [mode, ...rest]).filter((path) => existsSync(path));
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

const files = new Map();
const outside = [];
const once = [];
for (const path of reports) {
  for (const file of read(path).testResults) {
    const name = relative(process.cwd(), file.name);
    if (files.get(name)?.status === "failed" && file.status !== "failed") once.push([name, files.get(name)]);
    files.set(name, file);
  }
  const beside = path.replace(/\.json$/, "-run.json");
  if (existsSync(beside)) outside.push(...read(beside));
}
const failedFiles = [...files].filter(([, file]) => file.status === "failed");

if (suspects) {
  const names = [...failedFiles.map(([name]) => name), ...outside.map(({ file }) => file)];
  if (!names.includes(undefined)) for (const name of new Set(names)) console.log(name);
} else {
  const tests = [...files.values()].flatMap((file) => file.assertionResults);
  const count = (...states) => tests.filter((test) => states.includes(test.status)).length;
  for (const [name, file] of once) printFailures("failed once, passed alone", name, file);
  let failed = 0;
  for (const [name, file] of failedFiles) failed += printFailures("failed", name, file);
  for (const { text } of outside) console.error(`outside of the tests: ${head(text)}`);
  const skipped = count("skipped", "pending", "todo", "disabled");
  console.log(`${count("passed")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = count("passed") > 0 && failed === 0 ? 0 : 1;
}

function printFailures(heading, name, file) {
  const failures = file.assertionResults.filter((test) => test.status === "failed");
  for (const test of failures)
    console.error(`${heading}: ${name}: ${test.fullName}\n  ${head(test.failureMessages.join("\n"))}`);
  if (failures.length > 0) return failures.length;
  // A file that failed before its first test (an import, a hook) has no failed test in it: count the file.
  console.error(`${heading}: ${name}: ${file.message}`);
  return 1;
}

function head(text) {
  return text.split("\n").slice(0, 12).join("\n  ");
}

// Prints each failed test with its message, then "N passed, N failed", from vitest's JSON reports.
// Files of a later report replace those of an earlier one. Fails when a test failed or none ran.
// With --failed-files first: prints the files with failures, one a line.
"use strict";

const { existsSync, readFileSync } = require("node:fs");
const { relative } = require("node:path");

const [mode, ...rest] = process.argv.slice(2);
const reports = mode === "--failed-files" ? rest : [mode, ...rest];
const files = new Map();
for (const path of reports.filter((path) => existsSync(path))) {
  for (const file of JSON.parse(readFileSync(path, "utf8")).testResults)
    files.set(relative(process.cwd(), file.name), file);
}
const failedFiles = [...files].filter(([, file]) => file.status === "failed");

if (mode === "--failed-files") {
  for (const [name] of failedFiles) console.log(name);
} else {
  const tests = [...files.values()].flatMap((file) => file.assertionResults);
  const count = (...states) => tests.filter((test) => states.includes(test.status)).length;
  let failed = 0;
  for (const [name, file] of failedFiles) {
    const failures = file.assertionResults.filter((test) => test.status === "failed");
    failed += failures.length;
    // A file that failed before its first test (an import, a hook) has no failed test in it: count the file.
    if (failures.length === 0) {
      failed++;
      console.error(`failed: ${name}: ${file.message}`);
    }
    for (const test of failures) {
      const message = test.failureMessages.join("\n").split("\n").slice(0, 12).join("\n  ");
      console.error(`failed: ${name}: ${test.fullName}\n  ${message}`);
    }
  }
  const skipped = count("skipped", "pending", "todo", "disabled");
  console.log(`${count("passed")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = count("passed") > 0 && failed === 0 ? 0 : 1;
}

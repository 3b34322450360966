// Prints "N passed, N failed" from vitest's JSON report; fails when a test failed or none ran.
"use strict";

const { readFileSync } = require("node:fs");

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
// A file that failed before its first test (an import, a hook) has no failed test in it: count the file.
const broken = report.testResults.filter(
  (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
);
for (const file of broken) console.error(`${file.name}: ${file.message}`);
const failed = report.numFailedTests + broken.length;
const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped}`);
process.exitCode = report.numPassedTests > 0 && failed === 0 && report.success ? 0 : 1;

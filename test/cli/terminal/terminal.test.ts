import { expect, test } from "vitest";
import {
  drawsUnicode,
  formatBytes,
  formatCount,
  formatDuration,
  formatTable,
  jsonLine,
  printable,
  shorten,
  sparkLine,
  styleOf,
  widthOf,
} from "../../../lib/cli/terminal/index.ts";

test("a table fits the terminal by shortening its flexible columns", () => {
  const columns = [
    { title: "PID", align: "right" as const },
    { title: "PATH", flexible: true },
    { title: "COMM" },
  ];
  const rows = [
    ["1", "/usr/lib/systemd/systemd", "systemd"],
    ["31415", "/bin/true", "true"],
  ];
  expect(formatTable(columns, rows)).toEqual([
    "  PID  PATH                      COMM",
    "    1  /usr/lib/systemd/systemd  systemd",
    "31415  /bin/true                 true",
  ]);
  const narrow = formatTable(columns, rows, { width: 26 });
  expect(narrow).toEqual([
    "  PID  PATH        COMM",
    "    1  /usr/lib/…  systemd",
    "31415  /bin/true   true",
  ]);
  for (let width = 1; width < 40; width++) {
    for (const line of formatTable(columns, rows, { width }))
      expect(widthOf(line)).toBeLessThanOrEqual(width);
  }
});

test("wide and combining characters keep columns aligned", () => {
  expect(widthOf("日本")).toBe(4);
  expect(widthOf("e\u0301")).toBe(1);
  expect(widthOf("\x1b[31mred\x1b[39m")).toBe(3);
  expect(shorten("日本語", 5)).toBe("日本…");
  expect(shorten("日本語", 4)).toBe("日…");
  const [first, second] = formatTable(
    [{ title: "" }, { title: "" }],
    [
      ["日本", "x"],
      ["four", "x"],
    ],
    {
      titles: false,
    },
  );
  expect(widthOf(first as string)).toBe(widthOf(second as string));
});

test("text of other processes cannot send commands to the terminal", () => {
  expect(printable("a\x1b[2Jb\nc\x9b\u202e")).toBe("a\\x1b[2Jb\\nc\\x9b\\u202e");
  expect(printable("naïve 日本")).toBe("naïve 日本");
});

test("JSON lines keep every digit of an integer", () => {
  const value = {
    small: 5n,
    large: 18446744073709551615n,
    negative: -9007199254740993n,
    bytes: new Uint8Array([0, 255]),
    nan: Number.NaN,
    list: [1n, "x\u2028\n", true, null],
    words: new BigUint64Array([1n]),
    left: undefined,
    'key "quoted"': 1,
  };
  expect(JSON.parse(jsonLine(value))).toEqual({
    small: 5,
    large: "18446744073709551615",
    negative: "-9007199254740993",
    bytes: "00ff",
    nan: "NaN",
    list: [1, "x\u2028\n", true, null],
    words: [1],
    'key "quoted"': 1,
  });
  expect(jsonLine(value)).not.toContain("\n");
});

test("numbers have at most four digits and a unit", () => {
  expect([0, 950, 999_999, 12_345, 4_050_000n].map(formatCount)).toEqual([
    "0",
    "950",
    "1000k",
    "12.3k",
    "4.05M",
  ]);
  expect([950, 1536].map(formatBytes)).toEqual(["950 B", "1.50 KiB"]);
  expect([850, 12_345, 1.5e9, 75e9, 3.75e12, 2e14].map(formatDuration)).toEqual([
    "850 ns",
    "12.3 µs",
    "1.50 s",
    "1m15s",
    "1h02m",
    "2d07h",
  ]);
});

test("a spark line begins at zero and ends at the largest number", () => {
  expect(sparkLine([0, 1, 6, 8])).toBe("▁▂▇█");
  expect(sparkLine([0, 0])).toBe("▁▁");
  expect(sparkLine([5, 0, 8], 2, true)).toBe("_#");
});

test("colours are for terminals that have them", () => {
  expect(styleOf({ isTTY: true, hasColors: () => true }).red("x")).toBe("\x1b[31mx\x1b[39m");
  expect(styleOf({ isTTY: true, hasColors: () => false }).red("x")).toBe("x");
  expect(styleOf({}).red("x")).toBe("x");
});

test("block characters are for UTF-8 locales", () => {
  expect(drawsUnicode({ LANG: "C.UTF-8", TERM: "xterm" })).toBe(true);
  expect(drawsUnicode({ LANG: "C", TERM: "xterm" })).toBe(false);
  expect(drawsUnicode({ LANG: "en_US.utf8", LC_ALL: "POSIX" })).toBe(false);
});

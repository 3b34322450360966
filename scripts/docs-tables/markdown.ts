export function line(...cells: string[]): string {
  return `| ${cells.join(" | ")} |`;
}

export function code(text: string): string {
  return `\`${text}\``;
}

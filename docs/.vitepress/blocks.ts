import type { MarkdownRenderer } from "vitepress";

/** Shows the name of a file above its code: of the block ```` ```ts main.ts ````. */
export function namedBlocks(md: MarkdownRenderer): void {
  const fence = md.renderer.rules.fence;
  if (fence === undefined) return;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const block = fence(tokens, index, options, env, self);
    const [language, name] = (tokens[index]?.info ?? "").split(/\s+/);
    if (language === "output") return block.replace('class="language-', 'class="output language-');
    if (name === undefined || !/^[\w-]+(\.\w+)+$/.test(name)) return block;
    return `<div class="named-block"><div class="block-name">${name}</div>${block}</div>`;
  };
}

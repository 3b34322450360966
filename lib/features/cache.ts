const answers = new globalThis.Map<string, boolean>();

/** What a kernel can do does not change while it runs. A question that throws is asked again. */
export function cached(question: string, ask: () => boolean): boolean {
  let answer = answers.get(question);
  if (answer === undefined) {
    answer = ask();
    answers.set(question, answer);
  }
  return answer;
}

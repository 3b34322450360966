const answers = new globalThis.Map<string, boolean>();

/**
 * Caches the result of a probe, because the features of a running kernel do not change. A probe that throws is
 * repeated.
 */
export function cached(question: string, ask: () => boolean): boolean {
  let answer = answers.get(question);
  if (answer === undefined) {
    answer = ask();
    answers.set(question, answer);
  }
  return answer;
}

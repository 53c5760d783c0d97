// The question that the view on the screen has asked, for those who want to ask it themselves.

import { useEffect, useState } from "preact/hooks";

export interface Question {
  document: string;
  variables: unknown;
}

let current: Question | null = null;
const listeners = new Set<(question: Question | null) => void>();

/** The document without the indentation that it has in our sources. */
function tidy(document: string): string {
  const lines = document.replace(/^\n+|\s+$/g, "").split("\n");
  const indents = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents);
  return lines.map((line, index) => (index === 0 ? line.trimStart() : line.slice(indents[0] === 0 ? 4 : least))).join("\n");
}

/** Names what a view asks; null variables name nothing. */
export function useShown(document: { toString: () => string }, variables: unknown): void {
  const key = JSON.stringify(variables);
  useEffect(() => {
    current = variables === null ? null : { document: tidy(document.toString()), variables };
    for (const listener of listeners) listener(current);
  }, [key]);
}

export function useQuestion(): Question | null {
  const [question, set] = useState(current);
  useEffect(() => {
    listeners.add(set);
    set(current);
    return () => void listeners.delete(set);
  }, []);
  return question;
}

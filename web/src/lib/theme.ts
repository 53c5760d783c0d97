// Light or dark: as the device has it, unless someone chose.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";
export type Choice = Theme | "auto";
const KEY = "maillage.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Choice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "auto";
  } catch {
    return "auto";
  }
}

export function useTheme(): { theme: Theme; choice: Choice; choose: (choice: Choice) => void } {
  const [choice, set] = useState<Choice>(chosen);
  const [dark, setDark] = useState(system.matches);
  useEffect(() => {
    const follow = (): void => setDark(system.matches);
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const theme: Theme = choice === "auto" ? (dark ? "dark" : "light") : choice;
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return {
    theme,
    choice,
    choose: (next) => {
      set(next);
      try {
        if (next === "auto") localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, next);
      } catch {
        // Then it is so until the page is left.
      }
    },
  };
}

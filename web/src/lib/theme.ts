// Light or dark: as the device has it, unless someone chose.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";
export type Choice = Theme | "auto";
const KEY = "maillage.theme";

/** What comes after a choice: the opposite of what is seen, then back to it, then as the device has it. */
export const following = (choice: Choice, device: Theme): Choice => {
  if (choice === "auto") return device === "dark" ? "light" : "dark";
  return choice === device ? "auto" : device;
};

function chosen(): Choice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "auto";
  } catch {
    return "auto";
  }
}

export function useTheme(): { theme: Theme; choice: Choice; next: Choice; choose: (choice: Choice) => void } {
  const [choice, set] = useState<Choice>(chosen);
  const [system] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
  const [dark, setDark] = useState(system.matches);
  useEffect(() => {
    const follow = (): void => setDark(system.matches);
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const device: Theme = dark ? "dark" : "light";
  const theme = choice === "auto" ? device : choice;
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return {
    theme,
    choice,
    next: following(choice, device),
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

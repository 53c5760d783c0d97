import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Theme } from "../lib/theme.ts";

export const ThemeContext = createContext<Theme>("light");
export const useDark = (): boolean => useContext(ThemeContext) === "dark";

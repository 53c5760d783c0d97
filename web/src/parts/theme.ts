import { createContext } from "preact";
import type { Theme } from "../lib/theme.ts";

export const ThemeContext = createContext<Theme>("light");

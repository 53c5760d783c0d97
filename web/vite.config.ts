import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { compress } from "./compress.ts";

export default defineConfig({
  plugins: [preact(), compress()],
  build: {
    target: "es2022",
    assetsDir: "assets",
    // Nothing inline: the page's policy allows scripts, styles and fonts from here only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    // The map library alone is larger; it is loaded with the first map.
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { "/graphql": process.env.MAILLAGE_API ?? "http://127.0.0.1:8080" } },
  test: { include: ["src/**/*.test.ts"] },
} as import("vite").UserConfig);

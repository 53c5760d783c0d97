import "./design/fonts.css";
import "./design/base.css";
import "./design/shell.css";
import "./design/parts.css";
import "./design/views.css";
import "./design/pages.css";
import "./design/work.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { followLinks } from "./lib/router.ts";

followLinks();
const root = document.getElementById("app");
if (root) render(<App />, root);

import "./design/fonts.css";
import "./design/base.css";
import "./design/shell.css";
import "./design/parts.css";
import "./design/explore.css";
import "./design/filters.css";
import "./design/glance.css";
import "./design/map.css";
import "./design/network.css";
import "./design/tables.css";
import "./design/coverage.css";
import "./design/pages.css";
import "./design/work.css";
import "./design/embedded.css";
import "./design/print.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { beEmbedded } from "./lib/embedding.ts";
import { followLinks } from "./lib/router.ts";
import { Boundary } from "./parts/boundary.tsx";

if (!beEmbedded()) followLinks();
const root = document.getElementById("app");
if (root)
  render(
    <Boundary>
      <App />
    </Boundary>,
    root,
  );

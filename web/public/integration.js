// Shows a view of Maillage where this script stands in a page:
// <script src="https://maillage.example.org/integration.js" data-filtre="territoire=commune:28134" data-vue="carte"
//   data-accent="0d4f5c" data-hauteur="560" data-langue="fr" data-cle="mlg_…" async></script>
(() => {
  const script = document.currentScript;
  if (!script) return;
  const base = new URL(script.src).origin;
  const { filtre = "", vue = "carte", accent = "", hauteur = "560", langue = "fr", cle = "", titre = "Maillage" } = script.dataset;
  const search = new URLSearchParams(filtre);
  search.set("vue", vue);
  search.set("lang", langue);
  if (accent) search.set("accent", accent.replace("#", ""));
  if (cle) search.set("relais", "1");
  const frame = document.createElement("iframe");
  frame.src = `${base}/integration?${search}`;
  frame.title = titre;
  frame.loading = "lazy";
  frame.width = "100%";
  frame.height = String(Number.parseInt(hauteur, 10) || 560);
  frame.style.border = "0";
  if (cle) {
    // The key is bound to this page's origin: from here alone it is taken, so that the frame's questions go from here.
    addEventListener("message", async (event) => {
      if (event.source !== frame.contentWindow || event.origin !== base || event.data?.maillage !== "ask") return;
      const { id, body } = event.data;
      let text = "";
      try {
        const response = await fetch(`${base}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${cle}` },
          body: String(body),
        });
        text = await response.text();
      } catch {
        // The frame says in words that nothing came back.
      }
      frame.contentWindow?.postMessage({ maillage: "answer", id, body: text }, base);
    });
  }
  script.after(frame);
})();

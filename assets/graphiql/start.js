"use strict";
(() => {
  const place = document.getElementById("graphiql");
  const fetcher = async (request, options) => {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: {
        accept: "application/graphql-response+json, application/json;q=0.9",
        "content-type": "application/json",
        ...options?.headers,
      },
      body: JSON.stringify(request),
    });
    return response.json();
  };
  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: place.dataset.example,
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
    }),
  );
})();

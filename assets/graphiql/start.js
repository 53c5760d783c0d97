"use strict";
(() => {
  const place = document.getElementById("graphiql");
  const socketAddress = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;

  const isSubscription = (request, ast) =>
    ast?.definitions.some(
      (it) =>
        it.kind === "OperationDefinition" &&
        it.operation === "subscription" &&
        (!request.operationName || it.name?.value === request.operationName),
    );

  // Events over a WebSocket, as graphql-transport-ws has it: one socket a subscription.
  const follow = (payload, headers) => {
    const socket = new WebSocket(socketAddress, "graphql-transport-ws");
    const waiting = [];
    let wake = () => {};
    const put = (event) => {
      waiting.push(event);
      wake();
    };
    const say = (message) => socket.send(JSON.stringify(message));
    const authorization = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "authorization")?.[1];
    socket.onopen = () => say({ type: "connection_init", payload: authorization ? { authorization } : {} });
    socket.onmessage = ({ data }) => {
      const said = JSON.parse(data);
      if (said.type === "connection_ack") say({ id: "1", type: "subscribe", payload });
      else if (said.type === "ping") say({ type: "pong" });
      else if (said.type === "next") put({ value: said.payload });
      else if (said.type === "error") put({ value: { errors: said.payload }, last: true });
      else if (said.type === "complete") put({ last: true });
    };
    socket.onclose = ({ code, reason }) => {
      const errors = [{ message: `The socket closed: ${code} ${reason}` }];
      put(code === 1000 ? { last: true } : { value: { errors }, last: true });
    };
    let over = false;
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        while (!over) {
          while (!waiting.length) await new Promise((done) => (wake = done));
          const { value, last } = waiting.shift();
          over = Boolean(last);
          if (over) socket.close(1000);
          if (value) return { value, done: false };
        }
        return { value: undefined, done: true };
      },
      async return() {
        over = true;
        socket.close(1000);
        put({ last: true });
        return { value: undefined, done: true };
      },
    };
  };

  const fetcher = async (request, options) => {
    if (isSubscription(request, options?.documentAST)) return follow(request, options?.headers);
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

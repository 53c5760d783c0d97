// A reader: keeps a copy of the directory by following its changes, by asking or over a socket, and notes what breaks a
// promise of docs/changes.md.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { insist, pause } from "./client.mjs";

const CHANGE = "type id version mergedInto node { ... on Actor { version name publication: status } ... on Interaction { version name: description publication: status } }";
const PAGE = `query ($since: String) { changes(since: $since, first: 50, kinds: [ACTOR, INTERACTION]) { cursor pageInfo { hasNextPage } nodes { ${CHANGE} } } }`;
const STREAM = `subscription ($since: String) { changes(since: $since, kinds: [ACTOR, INTERACTION]) { cursor node { ${CHANGE} } } }`;

export class Reader {
  constructor(name, service, token, spacing = Infinity) {
    Object.assign(this, { name, service, token, spacing, since: null, events: 0, broken: [], reconnected: 0 });
    this.noted = Date.now();
    this.copy = new Map();
    this.latest = new Map();
    this.gone = new Set();
    this.upserted = [];
    this.places = [];
  }

  take(change) {
    this.events += 1;
    const { type, id, version, node } = change;
    if (type === "UPSERTED") {
      if ((this.latest.get(id) ?? 0) > node.version) this.broken.push(`${id} went back from ${this.latest.get(id)} to ${node.version}`);
      this.latest.set(id, node.version);
      this.upserted.push(id);
      this.copy.set(id, node);
      this.gone.delete(id);
    } else {
      this.copy.delete(id);
      this.gone.add(id);
      // Of what is gone, the change that took it may be told in the version that it made.
      this.latest.set(id, Math.max(this.latest.get(id) ?? 0, version ?? 0));
    }
  }

  /// It has all that is before this place; some such places are kept, to begin again from at the end.
  reached(cursor) {
    this.since = cursor;
    if (Date.now() - this.noted < this.spacing || this.places.length === 3) return;
    this.noted = Date.now();
    this.places.push({ cursor, copy: new Map(this.copy) });
  }

  /// What follows, until nothing does; how many changes.
  async catchUp() {
    for (let taken = 0; ; ) {
      const { changes } = await insist(this.service, PAGE, { since: this.since }, this.token);
      for (const change of changes.nodes) this.take(change);
      taken += changes.nodes.length;
      this.reached(changes.cursor);
      if (!changes.pageInfo.hasNextPage) return taken;
    }
  }

  async follow(until) {
    while (Date.now() < until()) {
      await this.catchUp();
      await pause(100);
    }
  }

  /// The same over a socket, with a new one wherever it breaks.
  async listen(until) {
    await this.catchUp(); // a stream without a cursor begins now
    while (Date.now() < until()) {
      const client = createClient({
        url: `${this.service.replace("http", "ws")}/graphql`,
        webSocketImpl: WebSocket,
        lazy: true,
        retryAttempts: 0,
        connectionParams: () => (this.token ? { authorization: `Bearer ${this.token}` } : {}),
      });
      const end = setInterval(() => Date.now() >= until() && client.dispose(), 200);
      try {
        for await (const { data, errors } of client.iterate({ query: STREAM, variables: { since: this.since } })) {
          if (errors) throw errors[0];
          this.take(data.changes.node);
          this.reached(data.changes.cursor);
        }
      } catch (error) {
        if (Date.now() >= until()) continue;
        this.reconnected += 1;
        const code = error.extensions?.code ?? error.code;
        // Closed for now, or told so: anything else is a fault.
        if (![1001, 1006, 1012, 1013, 4500, "UNAVAILABLE", "TIMEOUT"].includes(code)) this.broken.push(`the socket ended with ${code} ${error.message ?? error.reason ?? ""}`);
        await pause(300);
      } finally {
        clearInterval(end);
        await client.dispose();
      }
    }
  }
}

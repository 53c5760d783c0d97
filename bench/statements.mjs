// Listens in on what a program sends to Postgres: a relay that keeps every statement with the values it was bound to,
// so that pgbench can send exactly the same.
import net from "node:net";

const uuid = (b) => b.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
const days = (n) => new Date(Date.UTC(2000, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
const quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`;

// Postgres's binary formats, by the type's number: its name, and the value as text.
const TYPES = {
  16: ["boolean", (b) => (b[0] ? "t" : "f")],
  20: ["bigint", (b) => b.readBigInt64BE().toString()],
  21: ["smallint", (b) => b.readInt16BE().toString()],
  23: ["integer", (b) => b.readInt32BE().toString()],
  25: ["text", (b) => b.toString()],
  701: ["float8", (b) => b.readDoubleBE().toString()],
  1005: ["smallint[]", array],
  1007: ["integer[]", array],
  1009: ["text[]", array],
  1016: ["bigint[]", array],
  1022: ["float8[]", array],
  1043: ["text", (b) => b.toString()],
  1082: ["date", (b) => days(b.readInt32BE())],
  1184: ["timestamptz", (b) => new Date(Date.UTC(2000, 0, 1) + Number(b.readBigInt64BE() / 1000n)).toISOString()],
  2950: ["uuid", uuid],
  2951: ["uuid[]", array],
};

function array(bytes) {
  if (bytes.readInt32BE() === 0) return "{}";
  const [type, length] = [bytes.readUInt32BE(8), bytes.readInt32BE(12)];
  const elements = [];
  for (let n = 0, at = 20; n < length; n++) {
    const size = bytes.readInt32BE(at);
    elements.push(quoted(TYPES[type][1](bytes.subarray(at + 4, at + 4 + size))));
    at += 4 + size;
  }
  return `{${elements.join(",")}}`;
}

// A message's body, read piece by piece.
class Body {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  text() {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.bytes.toString("utf8", this.at, end);
    this.at = end + 1;
    return text;
  }
  numbers(size, unsigned = "") {
    const count = this.bytes.readInt16BE((this.at += 2) - 2);
    return Array.from({ length: count }, () => this.bytes[`read${unsigned}Int${size * 8}BE`]((this.at += size) - size));
  }
  values() {
    const count = this.bytes.readInt16BE((this.at += 2) - 2);
    return Array.from({ length: count }, () => {
      const size = this.bytes.readInt32BE((this.at += 4) - 4);
      return size < 0 ? null : this.bytes.subarray(this.at, (this.at += size));
    });
  }
}

// Follows one connection; `heard` is told of each statement that is bound: { sql, types, values }.
function listener(heard) {
  const prepared = new Map();
  let rest = Buffer.alloc(0);
  let begun = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = begun ? 1 : 0; // only the first message has no letter
      if (rest.length < head + 4) return;
      const length = rest.readInt32BE(head);
      if (rest.length < head + length) return;
      const letter = begun ? String.fromCharCode(rest[0]) : "";
      const body = new Body(rest.subarray(head + 4, head + length));
      rest = rest.subarray(head + length);
      if (!begun) {
        begun = body.bytes.readInt32BE() === 196_608; // else it asks for TLS, and begins anew
      } else if (letter === "P") {
        prepared.set(body.text(), { sql: body.text(), types: body.numbers(4, "U") });
      } else if (letter === "B") {
        body.text();
        const { sql, types } = prepared.get(body.text());
        body.numbers(2);
        heard({ sql, types, values: body.values() });
      }
    }
  };
}

/// Starts a relay to the server at host and port; `statements` fills with what passes.
export async function relay({ host, port }) {
  const statements = [];
  const server = net.createServer((client) => {
    const upstream = net.connect({ host, port });
    client.on("data", listener(({ sql, types, values }) => {
      statements.push({
        sql,
        values: values.map((value, n) => {
          const type = TYPES[types[n]];
          if (!type) throw new Error(`bench/statements.mjs does not know the type ${types[n]} in: ${sql}`);
          return { type: type[0], text: value === null ? null : type[1](value) };
        }),
      });
    }));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on("error", () => (client.destroy(), upstream.destroy()));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, statements, close: () => server.close() };
}

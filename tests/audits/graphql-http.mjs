// Holds a running service against the audits of the GraphQL-over-HTTP specification: node graphql-http.mjs URL
import { auditServer } from "graphql-http";

const url = process.argv[2] ?? "http://127.0.0.1:4000/graphql";
const results = await auditServer({ url });
for (const result of results.filter(({ status }) => status !== "ok")) {
  console.log(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
}
const passed = results.filter(({ status }) => status === "ok").length;
console.log(`${passed} passed, ${results.length - passed} failed`);
process.exitCode = passed === results.length && passed >= 61 ? 0 : 1;

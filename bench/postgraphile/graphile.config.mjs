// PostGraphile as its documentation has it: the tables say what the API is, and each question that the tables alone
// don't answer is a condition in SQL, the same SQL as ours.
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { TYPES } from "postgraphile/@dataplan/pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { addPgTableCondition, jsonPgSmartTags } from "postgraphile/utils";

const actors = { schemaName: "public", tableName: "actors" };

// The actor sits or acts in the territory or in what lies within it.
const inTerritory = addPgTableCondition(
  actors,
  "inTerritory",
  (build) => ({ type: build.getTypeByName("UUID") }),
  (value, { sql, sqlTableAlias, sqlValueWithCodec }) => {
    const id = sqlValueWithCodec(value, TYPES.uuid);
    const reach = sql`select ${id} union all select w.territory_id from territory_links w where w.relation = 'WITHIN' and w.other_id = ${id}`;
    return sql`${sqlTableAlias}.id in (select s.id from actors s where s.seat_id in (${reach})
      union all select p.actor_id from actor_points p join actors s on s.id = p.actor_id where p.territory_id = ${id} and not s.location_hidden
      union all select s.actor_id from actor_areas s where s.territory_id in (${reach}))`;
  },
);

// With one of these themes.
const anyTheme = addPgTableCondition(
  actors,
  "anyTheme",
  (build) => ({ type: new build.graphql.GraphQLList(build.graphql.GraphQLString) }),
  (value, { sql, sqlTableAlias, sqlValueWithCodec, build }) => {
    const { listOfCodec } = build.dataplanPg;
    return sql`${sqlTableAlias}.themes && ${sqlValueWithCodec(value, listOfCodec(TYPES.text))}`;
  },
);

// `status` has no index, so that filtering by it must be asked for.
const tags = jsonPgSmartTags({
  version: 1,
  config: { class: { actors: { attribute: { status: { tags: { behavior: "filterBy" } } } } } },
});

export default {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
  plugins: [inTerritory, anyTheme, tags],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["public"],
      poolConfig: { max: Number(process.env.CONNECTIONS) },
    }),
  ],
  grafserv: { host: "127.0.0.1", port: Number(process.env.PORT), watch: false, graphiql: false, graphiqlOnGraphQLGET: false },
  grafast: { explain: false },
};

// The country's official lists (Insee's geographic code, DGCL) as a file that `maillage import territories` takes with
// examples/france/territories.toml.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);
const list = (name) => load(`@etalab/decoupage-administratif/data/${name}.json`);
const COLUMNS = ["kind", "code", "name", "parent", "siren", "type", "population", "departement", "departements", "communes", "postcodes"];

/// Writes régions, départements, EPCI and communes of today; how many.
export function writeTerritories(file) {
  const communes = list("communes").filter((commune) => commune.type === "commune-actuelle");
  const departementOf = new Map(communes.map((commune) => [commune.code, commune.departement]));
  const epci = list("epci");
  const epciOf = new Map(epci.flatMap((one) => one.membres.map((member) => [member.code, one.code])));
  const rows = [
    ...list("regions").map(({ code, nom }) => ({ kind: "region", code, name: nom, parent: "FR" })),
    ...list("departements").map(({ code, nom, region }) => ({ kind: "departement", code, name: nom, parent: region })),
    ...epci.map(({ code, nom, type, populationMunicipale, membres }) => {
      const departements = [...new Set(membres.map((member) => departementOf.get(member.code)))].sort();
      return { kind: "epci", code, name: nom, parent: departementOf.get(membres[0].code), siren: code, type, population: populationMunicipale, departements: departements.join(" ") };
    }),
    ...communes.map(({ code, nom, siren, population, departement }) => ({
      kind: "commune", code, name: nom, parent: epciOf.get(code) ?? departement, siren, population, departement,
    })),
  ];
  const cell = (value) => (/[",]/.test(value ?? "") ? `"${value.replaceAll('"', '""')}"` : (value ?? ""));
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(","));
  writeFileSync(file, `${COLUMNS.join(",")}\n${lines.join("\n")}\n`);
  return rows.length;
}

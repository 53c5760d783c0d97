"""Holds the files and layers of a running service that has the demo against the programs that people use:

    python3 tests/audits/exports.py http://127.0.0.1:8080

networkx and igraph read the graphs, openpyxl and LibreOffice the tables, GDAL the GeoJSON, OGC API Features and vector tiles. What is
missing is installed: from PyPI into an environment of its own, from Debian where that can be done. Nothing is left out
silently: a program that is not there is a failure.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

PACKAGES = ["networkx==3.6.1", "igraph==1.0.0", "openpyxl==3.1.5"]
ROOT = Path(__file__).resolve().parents[2]


def in_an_environment():
    """Runs this again where the packages are, unless they are here."""
    if os.environ.get("MAILLAGE_AUDIT"):
        return
    folder = ROOT / "target" / "audits-python"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    os.execve(python, [python, *sys.argv], {**os.environ, "MAILLAGE_AUDIT": "1"})


def debian(program, *packages):
    if not shutil.which(program):
        subprocess.run([ROOT / "scripts" / "apt-install", *packages], check=True)
    return shutil.which(program) or sys.exit(f"{program} is not installed and can't be: {' '.join(packages)}")


in_an_environment()
import igraph  # noqa: E402
import networkx  # noqa: E402
import openpyxl  # noqa: E402

BASE = sys.argv[1].rstrip("/")
HERE = Path(tempfile.mkdtemp(prefix="maillage-exports-"))
checks = 0


def check(what, holds, detail=""):
    global checks
    checks += 1
    if not holds:
        sys.exit(f"{what}: {detail}")


def ask(query, variables=None, token=None):
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(f"{BASE}/graphql", body, headers)
    with urllib.request.urlopen(request) as answer:
        answer = json.load(answer)
    check("the API answers", "errors" not in answer, answer)
    return answer["data"]


def export(field, extra, form, token="partner"):
    """Asks for a file, follows it and fetches it: its path and how many entries it has."""
    fields = "{ id state rowCount url error }"
    token = PARTNER if token == "partner" else token
    job = ask(f"mutation {{ {field}(format: {form} {extra}) {fields} }}", token=token)[field]
    while job["state"] in ("QUEUED", "RUNNING"):
        time.sleep(0.3)
        job = ask(f"query($id: ID!) {{ exportJob(id: $id) {fields} }}", {"id": job["id"]}, token)["exportJob"]
    check(f"{field} {form} is made", job["state"] == "DONE", job)
    url = BASE + "/exports/" + job["url"].split("/exports/")[1]
    path = HERE / url.rsplit("/", 1)[1]
    with urllib.request.urlopen(url) as answer:
        path.write_bytes(answer.read())
    return path, job["rowCount"]


def run(*command, quiet=True):
    """A program that must end well and, unless it may, complain of nothing."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    said = done.stdout + done.stderr
    check(" ".join(map(str, command)), done.returncode == 0, said)
    if quiet:
        check(f"{command[0]} complains of nothing", "warning" not in said.lower() and "error" not in said.lower(), said)
    return done.stdout


def sign_in(name):
    query = "mutation($e: String!) { signIn(email: $e, password: \"cooperer-a-dreux\") { accessToken } }"
    return ask(query, {"e": f"{name}@demo.maillage.test"})["signIn"]["accessToken"]


# Strangers have room for few files; a partner sees what they see.
PARTNER = sign_in("partner")
counts = ask("{ actors { totalCount } interactions { totalCount } }")
ACTORS, LINKS = counts["actors"]["totalCount"], counts["interactions"]["totalCount"]


def graphs():
    path, rows = export("exportNetwork", "", "GRAPHML")
    check("all entries are counted", rows == ACTORS + LINKS, rows)
    graph = networkx.read_graphml(path)
    check("networkx reads GraphML", (graph.number_of_nodes(), graph.number_of_edges()) == (ACTORS, LINKS), graph)
    check("there are actors without links", any(True for _ in networkx.isolates(graph)))
    weights = [data["weight"] for *_, data in graph.edges(data=True)]
    check("every edge has a weight", len(weights) == LINKS and all(1 <= weight <= 3 for weight in weights))
    check("edges have dates", any(data.get("since") for *_, data in graph.edges(data=True)))
    names = {data["name"] for _, data in graph.nodes(data=True)}
    check("accents are right", any("é" in name for name in names))
    check("the licence is told", graph.graph.get("licence", "").startswith("Licence Ouverte"), graph.graph)
    other = igraph.Graph.Read_GraphML(str(path))
    check("igraph reads GraphML", (other.vcount(), other.ecount()) == (ACTORS, LINKS), other.summary())
    check("igraph has the weights", sorted(other.es["weight"]) == sorted(weights))
    path, _ = export("exportNetwork", "", "GEXF")
    gexf = networkx.read_gexf(path)
    check("networkx reads GEXF", (gexf.number_of_nodes(), gexf.number_of_edges()) == (ACTORS, LINKS), gexf)
    spells = [data["spells"] for *_, data in gexf.edges(data=True) if "spells" in data]
    check("GEXF has the dates as spells", spells and all(start or end for spell in spells for start, end in spell), spells[:3])
    check("GEXF has labels", {data["label"] for _, data in gexf.nodes(data=True)} == names)
    path, rows = export("exportNetwork", ', asOf: "2023-12-31"', "GEXF")
    check("on a day there are fewer links", networkx.read_gexf(path).number_of_nodes() == ACTORS and ACTORS < rows < ACTORS + LINKS, rows)
    path, _ = export("exportActors", "", "GEXF")
    check("actors alone are a graph too", networkx.read_gexf(path).number_of_nodes() == ACTORS)


def tables():
    office = debian("soffice", "libreoffice-calc-nogui")
    path, rows = export("exportActors", "", "XLSX")
    book = openpyxl.load_workbook(path)
    sheet = book["Acteurs"]
    check("openpyxl reads every row", sheet.max_row == rows + 1 == ACTORS + 1, sheet.max_row)
    check("no cell is a formula", all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row))
    check("the licence has its sheet", "Licence Ouverte" in str(book["À propos"]["B1"].value))
    names = [row[1].value for row in sheet.iter_rows(min_row=2)]
    check("accents are right", any("é" in name for name in names))
    run(office, "--headless", f"-env:UserInstallation=file://{HERE}/office", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,1", "--outdir", HERE / "sheet", path, quiet=False)
    converted = next((HERE / "sheet").glob("*.csv"))
    with converted.open(encoding="utf-8", newline="") as text:
        read = list(csv.reader(text, delimiter=";"))
    check("LibreOffice reads the workbook", [row[1] for row in read[1:]] == names, converted)
    siret = read[0].index("siret")
    check("a SIRET keeps its digits", any(len(row[siret]) == 14 for row in read[1:]))
    path, _ = export("exportActors", "", "CSV")
    run(office, "--headless", f"-env:UserInstallation=file://{HERE}/office", "--infilter=CSV:59,34,76,1", "--convert-to", "xlsx", "--outdir", HERE / "table", path, quiet=False)
    table = openpyxl.load_workbook(next((HERE / "table").glob("*.xlsx"))).active
    check("LibreOffice reads the table", [row[1].value for row in table.iter_rows(min_row=2)] == names)
    path, _ = export("exportNetwork", "", "CSV")
    with zipfile.ZipFile(path) as archive:
        sizes = {name: len(list(csv.reader(io.TextIOWrapper(archive.open(name), "utf-8-sig", newline=""), delimiter=";"))) for name in archive.namelist() if name.endswith(".csv")}
    check("the tables of a network are whole", sizes == {"actors.csv": ACTORS + 1, "interactions.csv": LINKS + 1}, sizes)


def formulas():
    """A name that looks like a formula stays text, whoever opens the file."""
    office = debian("soffice", "libreoffice-calc-nogui")
    token = sign_in("admin")
    name = "=1+1"
    ask("mutation($n: String!) { createActor(input: {kind: OTHER, name: $n}) { id } }", {"n": name}, token)
    mine = ", filter: {statuses: [DRAFT]}"
    for form, options in [("CSV", ["--infilter=CSV:59,34,76,1"]), ("XLSX", [])]:
        path, _ = export("exportActors", mine, form, token)
        folder = HERE / f"formula-{form}"
        run(office, "--headless", f"-env:UserInstallation=file://{HERE}/office", *options, "--convert-to", "xlsx", "--outdir", folder, path, quiet=False)
        cells = [cell for row in openpyxl.load_workbook(next(folder.glob("*.xlsx"))).active.iter_rows() for cell in row]
        # LibreOffice itself writes true and false so.
        made = [cell.value for cell in cells if cell.data_type == "f" and cell.value not in ("=TRUE()", "=FALSE()")]
        check(f"{form}: no cell is a formula", not made, made)
        found = [cell.value for cell in cells if "1+1" in str(cell.value)]
        check(f"{form}: the name is there as text", set(found) in ({name}, {"'" + name}), found)


def layers():
    ogrinfo = debian("ogrinfo", "gdal-bin")
    ogr2ogr = shutil.which("ogr2ogr")
    path, _ = export("exportActors", "", "GEOJSON", None)
    check("GDAL reads the GeoJSON", f"Feature Count: {ACTORS}" in run(ogrinfo, "-so", "-al", path))
    path, rows = export("exportNetwork", "", "GEOJSON")
    check("GDAL reads the network", f"Feature Count: {rows}" in run(ogrinfo, "-so", "-al", path))
    json.load(export("exportNetwork", "", "JSONLD")[0].open())
    told = run(ogrinfo, f"OAPIF:{BASE}/ogc")
    for layer in ["actors", "interactions", "territories-commune"]:
        check(f"GDAL lists {layer}", layer in told, told)
    for layer, kind in [("actors", "POINT"), ("interactions", "LINESTRING"), ("territories-commune", "MULTIPOLYGON")]:
        package = HERE / f"{layer}.gpkg"
        run(ogr2ogr, "-f", "GPKG", package, f"OAPIF:{BASE}/ogc", layer, "-oo", "PAGE_SIZE=10")
        with urllib.request.urlopen(f"{BASE}/ogc/collections/{layer}/items?limit=1") as answer:
            matched = json.load(answer)["numberMatched"]
        told = run(ogrinfo, "-so", "-al", package)
        check(f"every feature of {layer} comes, page by page", f"Feature Count: {matched}" in told, told)
        check(f"{layer} has one type of geometry", kind.title().replace("string", " String").replace("polygon", " Polygon") in told or kind in told.upper().replace(" ", ""), told)
    inside = run(ogrinfo, "-so", f"OAPIF:{BASE}/ogc", "actors", "-spat", "1.3", "48.7", "1.45", "48.76")
    check("a box is asked for", "Feature Count: 0" not in inside and f"Feature Count: {ACTORS}" not in inside, inside)


def tiles():
    """Vector tiles as GDAL reads them, found by their TileJSON."""
    ogrinfo = debian("ogrinfo", "gdal-bin")
    for layer, kind in [("actors", "Point"), ("interactions", "Line String"), ("territories", "Polygon")]:
        with urllib.request.urlopen(f"{BASE}/tiles/{layer}.json") as answer:
            address = json.load(answer)["tiles"][0]
        address = BASE + "/tiles/" + address.split("/tiles/")[1]
        # All of the world, Dreux and around, Dreux. In all of the world the demo is one node, which nothing links.
        for z, x, y in [(0, 0, 0), (9, 257, 176), (12, 2063, 1411)][layer == "interactions" :]:
            path = HERE / f"{layer}-{z}.mvt"
            with urllib.request.urlopen(address.format(z=z, x=x, y=y)) as answer:
                path.write_bytes(answer.read())
            told = run(ogrinfo, "-al", path)
            check(f"GDAL reads a tile of {layer} at zoom {z}", kind in told and "Feature Count: 0" not in told, told)
    # As docs/tiles.md has it: all tiles of a zoom in a box, as one file.
    package = HERE / "tiles.gpkg"
    box = ["-spat", "1", "48.5", "1.8", "49", "-spat_srs", "EPSG:4326"]
    run(shutil.which("ogr2ogr"), "-f", "GPKG", package, f"MVT:{BASE}/tiles/actors/9", "-oo", "TILE_EXTENSION=mvt", *box)
    told = run(ogrinfo, "-so", package, "actors")
    check("GDAL joins the tiles of a box", "Feature Count: " in told and "Feature Count: 0" not in told, told)


graphs()
tables()
layers()
tiles()
formulas()
shutil.rmtree(HERE)
print(f"{checks} checks passed")

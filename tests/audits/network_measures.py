"""Holds the measures of a running service against those of networkx, on the same network:

    python tests/audits/network_measures.py http://127.0.0.1:8080/graphql 2023-12-31

The network is read as anyone reads it, page by page; exact measures must agree within a millionth, estimated ones within four of
the standard errors that the service states.
"""

import json
import sys
import urllib.request

import networkx as nx

LEVELS = ["ACQUAINTANCE", "INFORMATION", "CONSULTATION", "COORDINATION", "PARTNERSHIP", "CO_AUTHORSHIP"]
ENDPOINT, DAY = sys.argv[1], sys.argv[2]
failed = 0


def ask(query, **variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(ENDPOINT, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    if answer.get("errors"):
        sys.exit(f"{query}\nanswers {answer['errors']}")
    return answer["data"]


def pages(field, query):
    """Every entry of a list."""
    after = None
    while True:
        variables = {"after": after, "day": DAY} if "$day" in query else {"after": after}
        page = ask(query, **variables)[field]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def holds(what, found, expected, within=1e-6):
    global failed
    if found is None or expected is None:
        right = found is None and expected is None
    else:
        right = abs(found - expected) <= within
    if not right:
        failed += 1
        print(f"{what}: {found}, networkx has {expected}")


def weight(interaction):
    """1, up to 1 more for the level and up to 1 more for the intensity."""
    level, intensity = interaction["level"], interaction["intensity"]
    return 1 + (LEVELS.index(level) / 5 if level else 0) + ((intensity - 1) / 4 if intensity else 0)


def network():
    """The simple graph of partners, and the interactions of each pair."""
    graph, between = nx.Graph(), {}
    page = "pageInfo { hasNextPage endCursor }"
    graph.add_nodes_from(actor["id"] for actor in pages("actors", actors_query(page)))
    for link in pages("interactions", links_query(page)):
        source, target = link["source"]["id"], link["target"]["id"]
        between.setdefault(frozenset((source, target)), []).append(link["id"])
        before = graph.edges[source, target]["weight"] if graph.has_edge(source, target) else 0
        graph.add_edge(source, target, weight=before + weight(link))
    return graph, between


def actors_query(page):
    return f"query($after: String) {{ actors(first: 100, after: $after) {{ nodes {{ id }} {page} }} }}"


def links_query(page):
    return (
        "query($after: String, $day: Date) { interactions(first: 100, after: $after, filter: {activeOn: $day}) "
        f"{{ nodes {{ id level intensity source {{ id }} target {{ id }} }} {page} }} }}"
    )


MEASURES = """query($day: Date) { ecosystem(asOf: $day) {
    actorCount interactionCount exact sampledFrom betweennessError closenessError density averageDegree clustering modularity
    componentCount largestComponentShare isolated(first: 0) { totalCount } bridges(first: 100) { id }
    keyActors(first: 100) { degree weightedDegree betweenness closeness eigenvector pagerank actor { id } } } }"""
CLUSTERS = """query($day: Date) { ecosystem(asOf: $day) {
    clusters(first: 20) { size density members(first: 100) { nodes { id } } } } }"""
PATHS = "query($from: ID!, $to: ID!, $day: Date) { paths(from: $from, to: $to, activeOn: $day, maxLength: 6, first: 1) { length } }"


def whole(graph, between, found):
    size = graph.number_of_nodes()
    holds("actorCount", found["actorCount"], size)
    holds("interactionCount", found["interactionCount"], sum(map(len, between.values())))
    holds("density", found["density"], nx.density(graph) if size > 1 else None)
    holds("averageDegree", found["averageDegree"], 2 * graph.number_of_edges() / size if size else None)
    pairs = sum(degree * (degree - 1) for _, degree in graph.degree)
    holds("clustering", found["clustering"], nx.transitivity(graph) if pairs else None)
    holds("componentCount", found["componentCount"], nx.number_connected_components(graph))
    holds("largestComponentShare", found["largestComponentShare"], max(map(len, nx.connected_components(graph))) / size)
    holds("isolated", found["isolated"]["totalCount"], nx.number_of_isolates(graph))
    bridges = [between[frozenset(pair)] for pair in nx.bridges(graph)]
    bridges = {interactions[0] for interactions in bridges if len(interactions) == 1}
    mine = {interaction["id"] for interaction in found["bridges"]}
    holds("bridges", len(mine), min(100, len(bridges)))
    holds("bridges that are none", len(mine - bridges), 0)


def each(graph, found):
    betweenness, closeness = nx.betweenness_centrality(graph), nx.closeness_centrality(graph)
    pagerank = nx.pagerank(graph, tol=1e-12, max_iter=1_000)
    try:
        eigenvector = nx.eigenvector_centrality(graph, max_iter=1_000, tol=1e-11 / len(graph), weight="weight")
    except nx.PowerIterationFailedConvergence:
        eigenvector = {}
    loose = {"betweenness": 4 * (found["betweennessError"] or 0), "closeness": 4 * (found["closenessError"] or 0)}
    for central in found["keyActors"]:
        actor = central["actor"]["id"]
        holds(f"degree of {actor}", central["degree"], graph.degree[actor])
        holds(f"weightedDegree of {actor}", central["weightedDegree"], graph.degree(actor, weight="weight"))
        for name, values in [("betweenness", betweenness), ("closeness", closeness)]:
            holds(f"{name} of {actor}", central[name], values[actor], max(1e-6, loose[name]))
        holds(f"pagerank of {actor}", central["pagerank"], pagerank[actor])
        holds(f"eigenvector of {actor}", central["eigenvector"], eigenvector.get(actor))


def groups(graph, modularity):
    clusters = ask(CLUSTERS, day=DAY)["ecosystem"]["clusters"]
    members = [{actor["id"] for actor in cluster["members"]["nodes"]} for cluster in clusters]
    for cluster, own in zip(clusters, members):
        if cluster["size"] == len(own):
            holds("density of a cluster", cluster["density"], nx.density(graph.subgraph(own)))
    if any(cluster["size"] > 100 for cluster in clusters) or len(clusters) == 20:
        return print("clusters of more than 100 actors, or 20 of them or more: modularity is not compared")
    alone = set(graph) - set().union(*members)
    holds("modularity", modularity, nx.community.modularity(graph, [*members, *({actor} for actor in alone)]))
    tries = [nx.community.louvain_communities(graph, seed=seed) for seed in range(10)]
    best = max(nx.community.modularity(graph, found) for found in tries)
    holds("modularity, short of the best of ten tries of networkx by", max(0, best - modularity), 0, 0.02)


def ways(graph):
    actors = sorted(graph, key=lambda actor: (-graph.degree[actor], actor))[:5] + sorted(graph)[:5]
    for source, target in zip(actors, actors[1:]):
        if source == target:
            continue
        found = ask(PATHS, **{"from": source, "to": target, "day": DAY})["paths"]
        length = nx.shortest_path_length(graph, source, target) if nx.has_path(graph, source, target) else None
        holds(f"way from {source} to {target}", found[0]["length"] if found else None, length if (length or 9) <= 6 else None)


graph, between = network()
found = ask(MEASURES, day=DAY)["ecosystem"]
whole(graph, between, found)
each(graph, found)
groups(graph, found["modularity"])
ways(graph)
print(f"{len(graph)} actors, {graph.number_of_edges()} pairs, {'exact' if found['exact'] else 'estimated'}: {failed} differ from networkx")
sys.exit(1 if failed else 0)

"""Clusters and betweenness of a network by networkx: a line with one id is an actor, one with two an interaction."""

import json
import resource
import sys
import time

import networkx as nx

# From as many actors as ours starts from in a network of 5,000 with 15,000 pairs.
PIVOTS = 1_758

network = nx.Graph()
for line in open(sys.argv[1], encoding="utf-8"):
    ends = line.split()
    if len(ends) == 1:
        network.add_node(ends[0])
    elif len(ends) == 2:
        network.add_edge(*ends)
begun = time.perf_counter()
nx.community.louvain_communities(network, seed=1)
clustered = time.perf_counter()
pivots = min(PIVOTS, len(network))
nx.betweenness_centrality(network, k=pivots, seed=1)
ended = time.perf_counter()
print(json.dumps({
    "version": nx.__version__,
    "actors": len(network),
    "pairs": network.number_of_edges(),
    "pivots": pivots,
    "clusters": clustered - begun,
    "betweenness": ended - clustered,
    "seconds": ended - begun,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))

//! Enumerations of networks.

use async_graphql::Enum;

/// By what actors of a network are ranked.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::atlas::Centrality")]
pub enum Centrality {
    /// How many partners they have.
    Degree,
    /// The weight of their interactions: by level and intensity.
    WeightedDegree,
    /// Through whom most shortest paths between others lead.
    Betweenness,
    /// Who is nearest to all others.
    Closeness,
    /// Whose partners are central themselves, by weight.
    Eigenvector,
    /// By whom most of those come who go from partner to partner, by weight.
    Pagerank,
}

/// What an actor is in a network; of several that fit, the first in the order HUB, BRIDGE, CORE, PERIPHERAL.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::atlas::Role")]
pub enum EcosystemRole {
    /// It has as many partners as the tenth of the linked actors that has most, and at least twice the mean of these.
    Hub,
    /// As many shortest paths lead through it as through the tenth of the linked actors that are no hubs through which most lead,
    /// and more than the mean of these; fewer than half of the pairs of its partners are partners themselves.
    Bridge,
    /// It belongs to a group in which everyone has at least k partners, where k is more than half the largest that the network has
    /// such a group for, and at least 2 (k-core, Seidman 1983).
    Core,
    /// It has a partner, and is none of the others.
    Peripheral,
    /// It has no partner.
    Isolated,
}

/// By what a matrix tells actors apart.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum MatrixDimension {
    /// By what they are.
    ActorKind,
    /// By their themes; an actor may have several.
    Theme,
    /// By the commune that they sit in.
    Commune,
}

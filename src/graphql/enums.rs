//! Enumerations of the schema, each the domain's own with what it means to a partner.

mod calls;
mod cooperation;
mod ecosystem;
mod interactions;
mod knowledge;
mod moderation;

use async_graphql::Enum;

pub use self::calls::*;
pub use self::cooperation::*;
pub use self::ecosystem::*;
pub use self::interactions::*;
pub use self::knowledge::*;
pub use self::moderation::*;

/// What kind of perimeter a territory is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::TerritoryKind")]
pub enum TerritoryKind {
    /// A country.
    Country,
    /// A région.
    Region,
    /// A département.
    Department,
    /// An EPCI: agglomération, métropole or communauté de communes.
    Intercommunality,
    /// A commune.
    Commune,
    /// A QPV, quartier prioritaire de la politique de la ville.
    PriorityNeighbourhood,
    /// A Cité éducative.
    EducationCity,
    /// A contrat de ville.
    UrbanContract,
    /// Any other perimeter: watch area, health territory, school catchment.
    Custom,
}

/// Where a point stands to the territories of a kind.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::TerritoryAnswer")]
pub enum TerritoryAnswer {
    /// In at least one, and farther from any border than outlines are precise.
    Inside,
    /// In none.
    Outside,
    /// Nobody can tell: the point is too near to a border, or a territory there has no outline.
    Unknown,
}

/// Which way a scope reads the tree of territories.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::ScopeDirection")]
pub enum ScopeDirection {
    /// The territory and what lies within it.
    Down,
    /// The territory and what holds it: an association that serves the département serves Dreux.
    Up,
    /// One or the other.
    Both,
}

/// Which of an actor's places a scope asks of.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::territories::TerritoryBasis")]
pub enum TerritoryBasis {
    /// Where it sits: its commune, or its point where the territory is smaller than a commune.
    Seat,
    /// Where it acts.
    Area,
    /// Either.
    Any,
}

/// What an actor is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::actors::ActorKind")]
pub enum ActorKind {
    /// An association (loi 1901 or local law).
    Association,
    /// A foundation or endowment fund.
    Foundation,
    /// A company.
    Company,
    /// A cooperative (SCOP, SCIC…).
    Cooperative,
    /// A commune, grouping, département or région as an organisation.
    LocalAuthority,
    /// A service of the State.
    StateService,
    /// A public body, such as a CCAS or France Travail.
    PublicBody,
    /// A CAF, caisse d'allocations familiales.
    FamilyAllowanceFund,
    /// A school, collège, lycée or training centre.
    School,
    /// A hospital, health centre or health network.
    HealthBody,
    /// A social centre or MJC.
    SocialCentre,
    /// A university or laboratory.
    ResearchBody,
    /// A group without legal form.
    InformalGroup,
    /// A group of residents, such as a conseil citoyen.
    ResidentGroup,
    /// A network or federation of organisations.
    Network,
    /// Anything else, or not known.
    Other,
}

/// Where an entry stands between draft and archive.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::publication::PublicationStatus")]
pub enum PublicationStatus {
    /// Being written; seen by those who may write.
    Draft,
    /// Waits for review.
    Submitted,
    /// Seen by everyone.
    Published,
    /// Refused at review.
    Rejected,
    /// Put away; can be brought back.
    Archived,
}

/// How exact a point is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::actors::LocationPrecision")]
pub enum LocationPrecision {
    /// The door.
    Exact,
    /// The street.
    Street,
    /// The commune.
    Commune,
}

/// A register of organisations.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::registrations::RegistrationScheme")]
pub enum RegistrationScheme {
    /// Insee's number of a legal entity: nine digits, the last a check digit.
    Siren,
    /// Insee's number of an establishment: the SIREN and five digits, the last a check digit.
    Siret,
    /// The national register of associations: `W` and nine characters.
    Rna,
    /// The ministry of education's number of a school: seven digits and a letter.
    Uai,
    /// The register of health and social establishments: nine characters.
    Finess,
    /// Wikidata's item: `Q` and a number.
    Wikidata,
    /// Any other.
    Other,
}

/// By what actors are ordered.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::actors::ActorOrderField")]
pub enum ActorOrderField {
    /// How well the filter's text matches, best first whichever the direction; asks for a text.
    Relevance,
    /// The name, as a French dictionary sorts.
    Name,
    /// When it was last changed.
    UpdatedAt,
    /// When it was created.
    CreatedAt,
    /// The distance from the centre of the filter's `near`; asks for it, and leaves out those without a point.
    Distance,
}

/// Which end of an order comes first.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum OrderDirection {
    /// Smallest, earliest, nearest or A first.
    Asc,
    /// Greatest, latest, farthest or Z first.
    Desc,
}

/// A language of labels.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::language::Language")]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

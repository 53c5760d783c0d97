//! Of interactions: what they are, how close, how sure.

use async_graphql::Enum;

/// What links two actors.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::InteractionKind")]
pub enum InteractionKind {
    /// They act together; holds both ways.
    Partnership,
    /// The source pays the target.
    Funding,
    /// The source sends people to the target.
    Referral,
    /// They fit their actions to each other's; holds both ways.
    Coordination,
    /// They tell each other what they do; holds both ways.
    InformationSharing,
    /// They share rooms, staff or equipment; holds both ways.
    ResourceSharing,
    /// They design something together; holds both ways.
    CoDesign,
    /// The source helps the target.
    Support,
    /// The source sits in the target's governance.
    Governance,
    /// The source is a member of the target.
    Membership,
    /// The source delivers a service for the target.
    ServiceDelivery,
    /// A conflict; holds both ways.
    Tension,
    /// Anything else; holds both ways.
    Other,
}

/// How far two actors go together, lowest first. "Coopération", being authors of one work, is the top.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::CooperationLevel")]
pub enum CooperationLevel {
    /// They know of each other.
    Acquaintance,
    /// They tell each other what they do.
    Information,
    /// They ask each other's opinion.
    Consultation,
    /// They fit their actions to each other's.
    Coordination,
    /// They act together under an agreement.
    Partnership,
    /// They are authors of one common work.
    CoAuthorship,
}

/// How often something happens.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::Frequency")]
pub enum Frequency {
    /// Once.
    OneOff,
    /// Every year.
    Yearly,
    /// Every quarter.
    Quarterly,
    /// Every month.
    Monthly,
    /// Every week.
    Weekly,
    /// Every day.
    Daily,
}

/// How much of a date is known.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::dates::DatePrecision")]
pub enum DatePrecision {
    /// The year.
    Year,
    /// The month.
    Month,
    /// The day.
    Day,
}

/// Whether the other side of an interaction agrees.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::ConfirmationStatus")]
pub enum ConfirmationStatus {
    /// Declared; the other side has not answered.
    Declared,
    /// The other side agrees.
    Confirmed,
    /// The other side disagrees, and says why.
    Disputed,
}

/// Which ends of an interaction lie in a territory.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::interactions::InteractionScope")]
pub enum InteractionScope {
    /// Both.
    Internal,
    /// One.
    Crossing,
    /// Either.
    All,
}

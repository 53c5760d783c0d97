//! The model: types, invariants, state machines, policy. No I/O, no async; the clock is a parameter.
//!
//! One file a concept, in this order: territories (and the links between them), actors (and registrations),
//! interactions, calls, collectives (their stages, memberships, next steps, cards, assessments, contributions), then what they share: themes and goals, publication, origins, listings and paging, texts, edits, errors.

pub mod acronyms;
pub mod actors;
pub mod attempts;
pub mod caller;
pub mod calls;
pub mod clock;
pub mod collectives;
pub mod contacts;
pub mod contributions;
pub mod dates;
pub mod duplicates;
pub mod edit;
pub mod error;
pub mod granting;
pub mod history;
pub mod identity_cards;
pub mod ids;
pub mod interactions;
pub mod language;
pub mod letters;
pub mod likeness;
pub mod limits;
pub mod links;
pub mod listings;
pub mod maturity;
pub mod memberships;
pub mod mergers;
pub mod moderation;
pub mod money;
pub mod next_steps;
pub mod origins;
pub mod paging;
pub mod passwords;
pub mod people;
pub mod permissions;
pub mod policy;
pub mod publication;
pub mod reach;
pub mod registrations;
pub mod resource_people;
pub mod retention;
pub mod sdgs;
pub mod search;
pub mod search_text;
pub mod stages;
pub mod suggestions;
pub mod suppression;
pub mod territories;
pub mod text;
pub mod themes;

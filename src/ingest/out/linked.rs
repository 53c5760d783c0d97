//! JSON-LD: organisations in the words of schema.org, which search engines and linked data read; interactions in words of
//! our own, since schema.org has none.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::domain::actors::ActorKind;
use crate::domain::exports::{ActorRow, Head, InteractionRow, Place};
use crate::domain::interactions::weight;
use crate::domain::public_ids::public_id;
use crate::domain::registrations::RegistrationScheme;

/// Up to the first entry: what the words mean, and what the whole is.
pub(super) fn open(out: &mut impl Write, head: &Head) -> io::Result<()> {
    let own = format!("{}/ns#", head.public.as_str().trim_end_matches('/'));
    let context = json!({
        "@vocab": "https://schema.org/",
        "maillage": own,
        "source": { "@id": "maillage:source", "@type": "@id" },
        "target": { "@id": "maillage:target", "@type": "@id" },
        "sameAs": { "@type": "@id" },
        "license": { "@type": "@id" },
    });
    let about = json!({
        "@type": "Dataset",
        "name": "Maillage",
        "license": head.licence.url,
        "creditText": head.attribution(),
        "dateCreated": head.made_at.to_rfc3339(),
        "temporalCoverage": head.as_of,
    });
    write!(out, "{{\"@context\":{context},\"@graph\":[\n{}", Value::Object(told(about)))
}

pub(super) fn close(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\n]}\n")
}

/// What is nearest to the kind among the types of schema.org.
fn schema_type(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Association | ActorKind::Foundation => "NGO",
        ActorKind::Company => "Corporation",
        ActorKind::LocalAuthority
        | ActorKind::StateService
        | ActorKind::PublicBody
        | ActorKind::FamilyAllowanceFund => "GovernmentOrganization",
        ActorKind::School => "EducationalOrganization",
        ActorKind::HealthBody => "MedicalOrganization",
        ActorKind::ResearchBody => "ResearchOrganization",
        ActorKind::Cooperative
        | ActorKind::SocialCentre
        | ActorKind::InformalGroup
        | ActorKind::ResidentGroup
        | ActorKind::Network
        | ActorKind::Other => "Organization",
    }
}

/// The pages of others about the same organisation.
fn same(scheme: RegistrationScheme, value: &str) -> Option<String> {
    match scheme {
        RegistrationScheme::Siren => {
            Some(format!("https://annuaire-entreprises.data.gouv.fr/entreprise/{value}"))
        }
        RegistrationScheme::Siret => {
            Some(format!("https://annuaire-entreprises.data.gouv.fr/etablissement/{value}"))
        }
        RegistrationScheme::Wikidata => Some(format!("https://www.wikidata.org/entity/{value}")),
        RegistrationScheme::Rna
        | RegistrationScheme::Uai
        | RegistrationScheme::Finess
        | RegistrationScheme::Other => None,
    }
}

fn area(place: &Place) -> Value {
    json!({
        "@type": "AdministrativeArea",
        "name": place.name,
        "identifier": { "@type": "PropertyValue", "propertyID": place.kind, "value": place.code },
    })
}

pub(super) fn actor(out: &mut impl Write, row: &ActorRow, head: &Head) -> io::Result<()> {
    let actor = &row.actor;
    let id = public_id(actor.id);
    let location = actor.location.as_ref();
    let (street, postcode) =
        (location.and_then(|l| l.address.as_deref()), location.and_then(|l| l.postcode.as_deref()));
    let has_address = row.seat.is_some() || street.is_some() || postcode.is_some();
    let address = has_address.then(|| {
        told(json!({
            "@type": "PostalAddress",
            "streetAddress": street,
            "postalCode": postcode,
            "addressLocality": row.seat.as_ref().map(|seat| &seat.name),
            "addressCountry": "FR",
        }))
    });
    let geo = actor.point().map(|point| {
        json!({ "@type": "GeoCoordinates", "longitude": point.longitude(), "latitude": point.latitude() })
    });
    let identifiers = row.registrations.iter().map(|registration| {
        json!({ "@type": "PropertyValue", "propertyID": registration.scheme, "value": registration.value })
    });
    let identifiers: Vec<_> = std::iter::once(json!(id)).chain(identifiers).collect();
    let same: Vec<_> = row.registrations.iter().filter_map(|r| same(r.scheme, &r.value)).collect();
    entry(
        out,
        json!({
            "@id": head.address_of(&id),
            "@type": schema_type(actor.kind),
            "identifier": identifiers,
            "maillage:kind": actor.kind,
            "name": actor.name,
            "alternateName": actor.short_name,
            "description": actor.description,
            "url": actor.website,
            "address": address,
            "geo": geo,
            "areaServed": row.areas.iter().map(area).collect::<Vec<_>>(),
            "knowsAbout": actor.themes,
            "audience": actor.audiences.iter().map(|of| json!({ "@type": "Audience", "audienceType": of })).collect::<Vec<_>>(),
            "sameAs": same,
            "maillage:sources": row.sources,
        }),
    )
}

pub(super) fn interaction(out: &mut impl Write, row: &InteractionRow, head: &Head) -> io::Result<()> {
    let link = &row.interaction;
    entry(
        out,
        json!({
            "@id": format!("{}/ogc/collections/interactions/items/{}", head.public.as_str().trim_end_matches('/'), public_id(link.id)),
            "@type": "maillage:Interaction",
            "maillage:kind": link.kind,
            "maillage:directed": link.kind.directed(),
            "source": head.address_of(&public_id(row.source.id)),
            "target": head.address_of(&public_id(row.target.id)),
            "maillage:weight": weight(link.level, link.intensity),
            "maillage:level": link.level,
            "maillage:intensity": link.intensity,
            "description": link.description,
            "startDate": link.since.map(|since| since.date),
            "endDate": link.until.map(|until| until.date),
            "amount": link.amount.map(|amount| json!({ "@type": "MonetaryAmount", "currency": "EUR", "value": amount })),
            "maillage:sources": row.sources,
        }),
    )
}

fn entry(out: &mut impl Write, entry: Value) -> io::Result<()> {
    out.write_all(b",\n")?;
    serde_json::to_writer(out, &told(entry)).map_err(io::Error::from)
}

/// The members that say something.
fn told(value: Value) -> Map<String, Value> {
    let Value::Object(mut members) = value else { return Map::new() };
    members.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
    members
}
